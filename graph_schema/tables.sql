-- 由 tools/write_schema.py 生成，请勿手工修改（made from graph_schema/*.csv; do not edit）
CREATE TABLE IF NOT EXISTS chainmap_meta ("name" TEXT PRIMARY KEY, "value" TEXT) STRICT;
CREATE TABLE IF NOT EXISTS chainmap_run ("id" INTEGER PRIMARY KEY, "name" TEXT UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS chainmap_source ("id" INTEGER PRIMARY KEY, "name" TEXT UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS chainmap_node ("id" INTEGER PRIMARY KEY, "key" TEXT) STRICT;
CREATE UNIQUE INDEX "chainmap_node__key" ON chainmap_node ("key");
CREATE TABLE "Company" (
  "id" INTEGER PRIMARY KEY,
  "uscc" TEXT,
  "name" TEXT,
  "short_name" TEXT,
  "former_names" TEXT,
  "status" TEXT,
  "size_class" TEXT,
  "registered_capital_cny" REAL,
  "founded_on" TEXT,
  "revenue_cny" REAL,
  "employees" INTEGER,
  "main_products" TEXT,
  "business_scope" TEXT,
  "titles" TEXT,
  "address" TEXT,
  "longitude" REAL,
  "latitude" REAL,
  "contact" TEXT,
  "phone" TEXT,
  "is_example" INTEGER,
  "note" TEXT,
  "citation" TEXT,
  "as_of" TEXT,
  "name_key" TEXT,
  "former_ids" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE INDEX "Company__stated_by" ON "Company" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "Company__shared" ON "Company" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "Company__unstated" ON "Company" ("id") WHERE "origin" IS NULL;
CREATE INDEX "Company__uscc" ON "Company" ("uscc");
CREATE INDEX "Company__name_key" ON "Company" ("name_key");
CREATE TABLE "IndustryChain" (
  "id" INTEGER PRIMARY KEY,
  "name" TEXT,
  "description" TEXT,
  "citation" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE INDEX "IndustryChain__stated_by" ON "IndustryChain" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "IndustryChain__shared" ON "IndustryChain" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "IndustryChain__unstated" ON "IndustryChain" ("id") WHERE "origin" IS NULL;
CREATE TABLE "Segment" (
  "id" INTEGER PRIMARY KEY,
  "name" TEXT,
  "stage" TEXT,
  "position" INTEGER,
  "citation" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE INDEX "Segment__stated_by" ON "Segment" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "Segment__shared" ON "Segment" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "Segment__unstated" ON "Segment" ("id") WHERE "origin" IS NULL;
CREATE TABLE "Product" (
  "id" INTEGER PRIMARY KEY,
  "code" TEXT,
  "name" TEXT,
  "aliases" TEXT,
  "unit" TEXT,
  "is_key" INTEGER,
  "hs_code" TEXT,
  "industry_code" TEXT,
  "description" TEXT,
  "citation" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE INDEX "Product__stated_by" ON "Product" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "Product__shared" ON "Product" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "Product__unstated" ON "Product" ("id") WHERE "origin" IS NULL;
CREATE INDEX "Product__name" ON "Product" ("name");
CREATE TABLE "Park" (
  "id" INTEGER PRIMARY KEY,
  "name" TEXT,
  "aliases" TEXT,
  "description" TEXT,
  "citation" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE INDEX "Park__stated_by" ON "Park" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "Park__shared" ON "Park" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "Park__unstated" ON "Park" ("id") WHERE "origin" IS NULL;
CREATE TABLE "Region" (
  "id" INTEGER PRIMARY KEY,
  "code" TEXT,
  "name" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE INDEX "Region__stated_by" ON "Region" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "Region__shared" ON "Region" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "Region__unstated" ON "Region" ("id") WHERE "origin" IS NULL;
CREATE TABLE "Industry" (
  "id" INTEGER PRIMARY KEY,
  "code" TEXT,
  "name" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE INDEX "Industry__stated_by" ON "Industry" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "Industry__shared" ON "Industry" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "Industry__unstated" ON "Industry" ("id") WHERE "origin" IS NULL;
CREATE TABLE "CompanyYear" (
  "id" INTEGER PRIMARY KEY,
  "year" INTEGER,
  "revenue_cny" REAL,
  "main_business_revenue_cny" REAL,
  "net_profit_cny" REAL,
  "total_assets_cny" REAL,
  "total_liabilities_cny" REAL,
  "rd_expense_cny" REAL,
  "employees" INTEGER,
  "rd_staff" INTEGER,
  "invention_patents" INTEGER,
  "citation" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE INDEX "CompanyYear__stated_by" ON "CompanyYear" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "CompanyYear__shared" ON "CompanyYear" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "CompanyYear__unstated" ON "CompanyYear" ("id") WHERE "origin" IS NULL;
CREATE TABLE "TitleAward" (
  "id" INTEGER PRIMARY KEY,
  "title" TEXT,
  "year" INTEGER,
  "level" TEXT,
  "batch" TEXT,
  "valid_to" TEXT,
  "citation" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE INDEX "TitleAward__stated_by" ON "TitleAward" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "TitleAward__shared" ON "TitleAward" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "TitleAward__unstated" ON "TitleAward" ("id") WHERE "origin" IS NULL;
CREATE TABLE "Certificate" (
  "id" INTEGER PRIMARY KEY,
  "name" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE INDEX "Certificate__stated_by" ON "Certificate" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "Certificate__shared" ON "Certificate" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "Certificate__unstated" ON "Certificate" ("id") WHERE "origin" IS NULL;
CREATE TABLE "TechField" (
  "id" INTEGER PRIMARY KEY,
  "name" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE INDEX "TechField__stated_by" ON "TechField" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "TechField__shared" ON "TechField" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "TechField__unstated" ON "TechField" ("id") WHERE "origin" IS NULL;
CREATE TABLE "Source" (
  "id" INTEGER PRIMARY KEY,
  "name" TEXT,
  "files" TEXT,
  "findings" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE INDEX "Source__stated_by" ON "Source" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "Source__shared" ON "Source" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "Source__unstated" ON "Source" ("id") WHERE "origin" IS NULL;
CREATE TABLE "Phrase" (
  "id" INTEGER PRIMARY KEY,
  "text" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE INDEX "Phrase__stated_by" ON "Phrase" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "Phrase__shared" ON "Phrase" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "Phrase__unstated" ON "Phrase" ("id") WHERE "origin" IS NULL;
CREATE TABLE "PRODUCES" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "revenue_share" REAL,
  "capacity" REAL,
  "capacity_unit" TEXT,
  "utilisation" REAL,
  "is_byproduct" INTEGER,
  "evidence" TEXT,
  "citation" TEXT,
  "as_of" TEXT,
  "probability" REAL,
  "active" INTEGER,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "PRODUCES__key" ON "PRODUCES" ("source", "target");
CREATE INDEX "PRODUCES__stated_by" ON "PRODUCES" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "PRODUCES__shared" ON "PRODUCES" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "PRODUCES__unstated" ON "PRODUCES" ("id") WHERE "origin" IS NULL;
CREATE INDEX "PRODUCES__target" ON "PRODUCES" ("target", "source");
CREATE TABLE "REQUIRES" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "demand_id" TEXT,
  "volume" REAL,
  "unit" TEXT,
  "amount_cny" REAL,
  "specification" TEXT,
  "certification" TEXT,
  "deadline" TEXT,
  "visibility" TEXT,
  "sourced_from" TEXT,
  "citation" TEXT,
  "as_of" TEXT,
  "active" INTEGER,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "REQUIRES__key" ON "REQUIRES" ("source", "target", "demand_id");
CREATE INDEX "REQUIRES__stated_by" ON "REQUIRES" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "REQUIRES__shared" ON "REQUIRES" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "REQUIRES__unstated" ON "REQUIRES" ("id") WHERE "origin" IS NULL;
CREATE INDEX "REQUIRES__target" ON "REQUIRES" ("target", "source");
CREATE TABLE "INPUT_TO" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "quantity" REAL,
  "cost_share" REAL,
  "essential" TEXT,
  "note" TEXT,
  "citation" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "INPUT_TO__key" ON "INPUT_TO" ("source", "target");
CREATE INDEX "INPUT_TO__stated_by" ON "INPUT_TO" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "INPUT_TO__shared" ON "INPUT_TO" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "INPUT_TO__unstated" ON "INPUT_TO" ("id") WHERE "origin" IS NULL;
CREATE INDEX "INPUT_TO__target" ON "INPUT_TO" ("target", "source");
CREATE TABLE "KIND_OF" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "KIND_OF__key" ON "KIND_OF" ("source", "target");
CREATE INDEX "KIND_OF__stated_by" ON "KIND_OF" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "KIND_OF__shared" ON "KIND_OF" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "KIND_OF__unstated" ON "KIND_OF" ("id") WHERE "origin" IS NULL;
CREATE INDEX "KIND_OF__target" ON "KIND_OF" ("target", "source");
CREATE TABLE "IN_SEGMENT" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "IN_SEGMENT__key" ON "IN_SEGMENT" ("source", "target");
CREATE INDEX "IN_SEGMENT__stated_by" ON "IN_SEGMENT" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "IN_SEGMENT__shared" ON "IN_SEGMENT" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "IN_SEGMENT__unstated" ON "IN_SEGMENT" ("id") WHERE "origin" IS NULL;
CREATE INDEX "IN_SEGMENT__target" ON "IN_SEGMENT" ("target", "source");
CREATE TABLE "PART_OF" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "PART_OF__key" ON "PART_OF" ("source", "target");
CREATE INDEX "PART_OF__stated_by" ON "PART_OF" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "PART_OF__shared" ON "PART_OF" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "PART_OF__unstated" ON "PART_OF" ("id") WHERE "origin" IS NULL;
CREATE INDEX "PART_OF__target" ON "PART_OF" ("target", "source");
CREATE TABLE "SUPPLIES" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "product" TEXT,
  "amount_cny" REAL,
  "since" TEXT,
  "evidence" TEXT,
  "citation" TEXT,
  "as_of" TEXT,
  "active" INTEGER,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "SUPPLIES__key" ON "SUPPLIES" ("source", "target", "product");
CREATE INDEX "SUPPLIES__stated_by" ON "SUPPLIES" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "SUPPLIES__shared" ON "SUPPLIES" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "SUPPLIES__unstated" ON "SUPPLIES" ("id") WHERE "origin" IS NULL;
CREATE INDEX "SUPPLIES__target" ON "SUPPLIES" ("target", "source");
CREATE TABLE "HAS_CAPACITY" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "capacity" REAL,
  "unit" TEXT,
  "as_of" TEXT,
  "citation" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "HAS_CAPACITY__key" ON "HAS_CAPACITY" ("source", "target", "as_of");
CREATE INDEX "HAS_CAPACITY__stated_by" ON "HAS_CAPACITY" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "HAS_CAPACITY__shared" ON "HAS_CAPACITY" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "HAS_CAPACITY__unstated" ON "HAS_CAPACITY" ("id") WHERE "origin" IS NULL;
CREATE INDEX "HAS_CAPACITY__target" ON "HAS_CAPACITY" ("target", "source");
CREATE TABLE "HAS_SHARE" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "share" REAL,
  "year" INTEGER,
  "citation" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "HAS_SHARE__key" ON "HAS_SHARE" ("source", "target");
CREATE INDEX "HAS_SHARE__stated_by" ON "HAS_SHARE" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "HAS_SHARE__shared" ON "HAS_SHARE" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "HAS_SHARE__unstated" ON "HAS_SHARE" ("id") WHERE "origin" IS NULL;
CREATE INDEX "HAS_SHARE__target" ON "HAS_SHARE" ("target", "source");
CREATE TABLE "LEADS" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "role" TEXT,
  "citation" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "LEADS__key" ON "LEADS" ("source", "target");
CREATE INDEX "LEADS__stated_by" ON "LEADS" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "LEADS__shared" ON "LEADS" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "LEADS__unstated" ON "LEADS" ("id") WHERE "origin" IS NULL;
CREATE INDEX "LEADS__target" ON "LEADS" ("target", "source");
CREATE TABLE "LOCATED_IN" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "LOCATED_IN__key" ON "LOCATED_IN" ("source", "target");
CREATE INDEX "LOCATED_IN__stated_by" ON "LOCATED_IN" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "LOCATED_IN__shared" ON "LOCATED_IN" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "LOCATED_IN__unstated" ON "LOCATED_IN" ("id") WHERE "origin" IS NULL;
CREATE INDEX "LOCATED_IN__target" ON "LOCATED_IN" ("target", "source");
CREATE TABLE "IN_INDUSTRY" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "IN_INDUSTRY__key" ON "IN_INDUSTRY" ("source", "target");
CREATE INDEX "IN_INDUSTRY__stated_by" ON "IN_INDUSTRY" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "IN_INDUSTRY__shared" ON "IN_INDUSTRY" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "IN_INDUSTRY__unstated" ON "IN_INDUSTRY" ("id") WHERE "origin" IS NULL;
CREATE INDEX "IN_INDUSTRY__target" ON "IN_INDUSTRY" ("target", "source");
CREATE TABLE "CHILD_OF" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "CHILD_OF__key" ON "CHILD_OF" ("source", "target");
CREATE INDEX "CHILD_OF__stated_by" ON "CHILD_OF" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "CHILD_OF__shared" ON "CHILD_OF" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "CHILD_OF__unstated" ON "CHILD_OF" ("id") WHERE "origin" IS NULL;
CREATE INDEX "CHILD_OF__target" ON "CHILD_OF" ("target", "source");
CREATE TABLE "REPORTS" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "REPORTS__key" ON "REPORTS" ("source", "target");
CREATE INDEX "REPORTS__stated_by" ON "REPORTS" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "REPORTS__shared" ON "REPORTS" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "REPORTS__unstated" ON "REPORTS" ("id") WHERE "origin" IS NULL;
CREATE INDEX "REPORTS__target" ON "REPORTS" ("target", "source");
CREATE TABLE "HAS_TITLE" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "HAS_TITLE__key" ON "HAS_TITLE" ("source", "target");
CREATE INDEX "HAS_TITLE__stated_by" ON "HAS_TITLE" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "HAS_TITLE__shared" ON "HAS_TITLE" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "HAS_TITLE__unstated" ON "HAS_TITLE" ("id") WHERE "origin" IS NULL;
CREATE INDEX "HAS_TITLE__target" ON "HAS_TITLE" ("target", "source");
CREATE TABLE "HOLDS" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "HOLDS__key" ON "HOLDS" ("source", "target");
CREATE INDEX "HOLDS__stated_by" ON "HOLDS" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "HOLDS__shared" ON "HOLDS" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "HOLDS__unstated" ON "HOLDS" ("id") WHERE "origin" IS NULL;
CREATE INDEX "HOLDS__target" ON "HOLDS" ("target", "source");
CREATE TABLE "WORKS_IN" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "WORKS_IN__key" ON "WORKS_IN" ("source", "target");
CREATE INDEX "WORKS_IN__stated_by" ON "WORKS_IN" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "WORKS_IN__shared" ON "WORKS_IN" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "WORKS_IN__unstated" ON "WORKS_IN" ("id") WHERE "origin" IS NULL;
CREATE INDEX "WORKS_IN__target" ON "WORKS_IN" ("target", "source");
CREATE TABLE "MEANS" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "probability" REAL,
  "band" TEXT,
  "matched" TEXT,
  "runner_up" TEXT,
  "margin" REAL,
  "model" TEXT,
  "cells" TEXT,
  "verdict" TEXT,
  "by" TEXT,
  "date" TEXT,
  "reason" TEXT,
  "history" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "MEANS__key" ON "MEANS" ("source", "target");
CREATE INDEX "MEANS__stated_by" ON "MEANS" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "MEANS__shared" ON "MEANS" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "MEANS__unstated" ON "MEANS" ("id") WHERE "origin" IS NULL;
CREATE INDEX "MEANS__target" ON "MEANS" ("target", "source");
CREATE TABLE "SAME_AS" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "probability" REAL,
  "band" TEXT,
  "matched" TEXT,
  "model" TEXT,
  "verdict" TEXT,
  "by" TEXT,
  "date" TEXT,
  "reason" TEXT,
  "history" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "SAME_AS__key" ON "SAME_AS" ("source", "target");
CREATE INDEX "SAME_AS__stated_by" ON "SAME_AS" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "SAME_AS__shared" ON "SAME_AS" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "SAME_AS__unstated" ON "SAME_AS" ("id") WHERE "origin" IS NULL;
CREATE INDEX "SAME_AS__target" ON "SAME_AS" ("target", "source");
CREATE TABLE "DECIDED" (
  "id" INTEGER PRIMARY KEY,
  "source" INTEGER,
  "target" INTEGER,
  "product" TEXT,
  "verdict" TEXT,
  "reason" TEXT,
  "by" TEXT,
  "date" TEXT,
  "history" TEXT,
  "as_of" TEXT,
  "origin" TEXT,
  "first_run" INTEGER,
  "last_run" INTEGER,
  "statements" TEXT,
  "_stated_by" INTEGER) STRICT;
CREATE UNIQUE INDEX "DECIDED__key" ON "DECIDED" ("source", "target", "product");
CREATE INDEX "DECIDED__stated_by" ON "DECIDED" ("_stated_by") WHERE "_stated_by" IS NOT NULL;
CREATE INDEX "DECIDED__shared" ON "DECIDED" ("id") WHERE "statements" IS NOT NULL;
CREATE INDEX "DECIDED__unstated" ON "DECIDED" ("id") WHERE "origin" IS NULL;
CREATE INDEX "DECIDED__target" ON "DECIDED" ("target", "source");
