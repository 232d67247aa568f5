// 由 tools/write_schema.py 生成，请勿手工修改（made from graph_schema/*.csv; do not edit）
CREATE CONSTRAINT `company_id` IF NOT EXISTS FOR (n:`Company`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT `industrychain_id` IF NOT EXISTS FOR (n:`IndustryChain`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT `segment_id` IF NOT EXISTS FOR (n:`Segment`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT `product_id` IF NOT EXISTS FOR (n:`Product`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT `park_id` IF NOT EXISTS FOR (n:`Park`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT `region_id` IF NOT EXISTS FOR (n:`Region`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT `industry_id` IF NOT EXISTS FOR (n:`Industry`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT `companyyear_id` IF NOT EXISTS FOR (n:`CompanyYear`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT `titleaward_id` IF NOT EXISTS FOR (n:`TitleAward`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT `certificate_id` IF NOT EXISTS FOR (n:`Certificate`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT `techfield_id` IF NOT EXISTS FOR (n:`TechField`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT `source_id` IF NOT EXISTS FOR (n:`Source`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT `phrase_id` IF NOT EXISTS FOR (n:`Phrase`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT `chainmapmeta_id` IF NOT EXISTS FOR (n:`ChainmapMeta`) REQUIRE n.id IS UNIQUE;
