"""Sentences of this area: id -> (Chinese, English)."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}

# Neo4j store (chainmap/stores/neo4j)
TEXTS |= {
    "neo4j.bad_url": (
        "图谱库地址不是有效的 Neo4j 地址；请写成 neo4j://用户@主机:端口/数据库，例如 "
        "neo4j://neo4j@localhost:7687/neo4j",
        "the store address is not a valid Neo4j address; write neo4j://USER@HOST:PORT/DATABASE, "
        "for example neo4j://neo4j@localhost:7687/neo4j",
    ),
    "neo4j.password_in_url": (
        "图谱库地址中不能写密码；请从地址中删去，改用环境变量 CHAINMAP_STORE_PASSWORD、"
        "--password-env 或提示输入",
        "the store address must not hold a password; remove it and use the environment variable "
        "CHAINMAP_STORE_PASSWORD, --password-env or the prompt",
    ),
    "neo4j.down_tls": (
        "无法与 Neo4j 建立加密连接：{url}（{detail}）。+s、+ssc 要求服务器启用 TLS：没有启用时改用 "
        "neo4j:// 或 bolt://，证书自签名时改用 +ssc；也请确认服务已启动、主机和端口正确",
        "no encrypted connection to Neo4j: {url} ({detail}). +s and +ssc want TLS: without it write "
        "neo4j:// or bolt://, with a self-signed certificate +ssc; check server, host and port",
    ),
    "neo4j.down": (
        "连不上 Neo4j：{url}（{detail}）。请确认服务已启动、主机和端口正确、防火墙放行；可用 "
        "chainmap doctor 检查",
        "cannot reach Neo4j at {url} ({detail}). Check that the server runs, that host and port "
        "are right and that no firewall is in between; chainmap doctor helps",
    ),
    "neo4j.auth": (
        "Neo4j {url} 不接受用户 {user} 的密码。请检查 CHAINMAP_STORE_PASSWORD 或 "
        "--password-env 所指的变量，也请核对地址中的用户名",
        "Neo4j {url} does not accept the password of user {user}. Check "
        "CHAINMAP_STORE_PASSWORD or the "
        "variable named by --password-env, and the user name in the address",
    ),
    "neo4j.auth_locked": (
        "Neo4j {url} 因多次密码错误暂时锁定了用户 {user}；请等几秒，核对密码后再试",
        "Neo4j {url} has locked user {user} for some seconds after several wrong passwords; "
        "wait, check the password and try again",
    ),
    "neo4j.auth_expired": (
        "Neo4j {url} 要求用户 {user} 先更改初始密码；请在 Neo4j Browser 或 cypher-shell "
        "中改好后再试",
        "Neo4j {url} wants user {user} to change the initial password first; do so in Neo4j "
        "Browser or cypher-shell and try again",
    ),
    "neo4j.database": (
        "Neo4j {url} 上没有名为 {database} 的数据库。社区版只有一个数据库 neo4j："
        "请把地址末尾改成 /neo4j",
        "Neo4j {url} has no database named {database}. The Community edition has only one, "
        "neo4j: end the address with /neo4j",
    ),
    "neo4j.forbidden": (
        "Neo4j {url} 不允许用户 {user} 这样做（{detail}）；请换用有权限的用户，或请管理员授权",
        "Neo4j {url} does not allow user {user} to do this ({detail}); use another user or ask "
        "for the permission",
    ),
    "neo4j.read_only": (
        "查询只能读取，没有写入任何内容：{detail}",
        "queries may only read; nothing was written: {detail}",
    ),
    "neo4j.constraint": (
        "Neo4j {url} 因约束拒绝写入：{detail}",
        "Neo4j {url} refused because of a constraint: {detail}",
    ),
    "neo4j.query": (
        "Neo4j 不接受这条语句（{code}）：{detail}",
        "Neo4j does not accept the statement ({code}): {detail}",
    ),
    "neo4j.busy": (
        "Neo4j {url} 暂时忙或不可写（{code}：{detail}）；没有写入不完整的内容，请稍后重试",
        "Neo4j {url} is busy or not writable for the moment ({code}: {detail}); try again later",
    ),
    "neo4j.memory": (
        "Neo4j {url} 的事务内存不够（{detail}）；请调大 server.memory.heap.max_size 和 "
        "dbms.memory.transaction.total.max，或分几次导入",
        "Neo4j {url} has too little memory for the transaction ({detail}); raise "
        "server.memory.heap.max_size and dbms.memory.transaction.total.max, or import in parts",
    ),
    "neo4j.commit": (
        "与 Neo4j {url} 的连接在提交时中断，不知道是否已写入；请重新运行同一命令，结果不会重复",
        "the connection to Neo4j {url} broke during the commit, so it is unknown whether it was "
        "written; run the same command again, nothing will be doubled",
    ),
    "neo4j.configuration": (
        "无法按此设置连接 Neo4j {url}：{detail}",
        "cannot connect to Neo4j {url} with these settings: {detail}",
    ),
    "neo4j.failed": (
        "Neo4j {url} 出错（{code}）：{detail}",
        "Neo4j {url} failed ({code}): {detail}",
    ),
}

# Graph stores (chainmap/stores: checks, sqlite, open)
TEXTS |= {
    "store.unknown_owner": (
        "图谱结构中没有名为 {owner} 的节点或关系；可用名称见 graph_schema/nodes.csv 与 edges.csv",
        "the graph schema has no label or relationship type {owner}; graph_schema/nodes.csv and "
        "edges.csv list them",
    ),
    "store.unknown_attribute": (
        "{owner} 没有名为 {name} 的属性；可用名称见 graph_schema/attributes.csv",
        "{owner} has no stored attribute {name}; graph_schema/attributes.csv lists them",
    ),
    "store.bad_value": (
        "{owner}.{name} 只能与 {kind} 类型的有限值比较（in 须给出一组值）",
        "{owner}.{name} can only be compared with finite values of type {kind} (in takes a tuple)",
    ),
    "store.query_negative": (
        "查询的步数和行数上限不能为负数",
        "the hops and the limit of a query must not be negative",
    ),
    "store.bad_id": (
        "{owner} 中的标识 {id} 无效：应以 {labels} 加冒号开头",
        "the id {id} in {owner} is not valid: it must begin with {labels} and a colon",
    ),
    "store.bad_rename": (
        "不能把 {old} 改名为 {new}：改名成环，或换了节点类型",
        "{old} cannot be renamed to {new}: the renames run in a circle or change the label",
    ),
    "store.foreign_origin": (
        "{owner} 中有的行没有注明来自来源 {source}，未写入任何内容",
        "some rows of {owner} do not name the source {source} as their origin; nothing was written",
    ),
    "store.unknown_end": (
        "{owner} 有一端 {id} 不在图谱库中，未写入任何内容；请先写入该节点",
        "an end of {owner}, {id}, is not in the store; nothing was written; write that node first",
    ),
    "store.not_empty": (
        "{url} 不是空的；请换一个新的图谱库地址",
        "{url} is not empty; choose a new store",
    ),
    # import: workflow/import_files.py and ingest
    "import.rejected": (
        "导入停止：{errors} 处错误，没有写入任何数据。请按列出的问题改正后再导入。",
        "import stopped: {errors} errors, nothing was written. Correct them and import again.",
    ),
    "import.nothing": (
        "没有可导入的表：{paths}。请确认路径，或用 chainmap template 生成采集表。",
        "nothing to import in {paths}. Check the path, or write a template: chainmap template.",
    ),
    "import.overtaken": (
        "识别企业与产品期间，另一次导入写入了同一图谱；本次没有写入任何数据，请重新运行同一命令",
        "another import wrote to the same graph while names were being resolved; nothing of this "
        "one was written, run the same command again",
    ),
    "import.bad_source": (
        "来源名称“{name}”不可用：不能为空、不能含换行等看不见的字符、不能超过 {most} 个字。"
        "请写一个简短的名称，如 --source 2024年普查",
        "the source name '{name}' will not do: it must not be blank, hold invisible characters or "
        "be longer than {most} characters. Write a short one, such as --source census-2024",
    ),
    "import.guess": ("；是否为：{names}", "; did you mean: {names}"),
    "import.row-left-out": ("，本行未导入", "; the row was left out"),
    "import.kept-without": ("，本行导入但不记该项", "; the row was kept without it"),
    "import.main_products": ("主营产品：{phrase}", "main product: {phrase}"),
    "import.step.read": ("读取文件", "reading files"),
    "import.step.clean": ("清洗", "cleaning"),
    "import.step.check": ("校验", "checking"),
    "import.step.resolve": ("识别企业与产品", "resolving firms and products"),
    "import.step.build": ("生成图表", "building tables"),
    "import.step.write": ("写入", "writing"),
}

# SQLite store (chainmap/stores/sqlite*)
TEXTS |= {
    "sqlite.locked": (
        "{path} 正被另一个程序写入（{detail}）；请等它完成后重试",
        "{path} is being written by another program ({detail}); wait until it is done and try again",
    ),
    "sqlite.interrupted": (
        "对 {path} 的操作被中断，未写入任何内容",
        "the work on {path} was interrupted; nothing was written",
    ),
    "sqlite.cannot_open": (
        "打不开 {path}（{detail}）；请确认文件夹存在，并且您有读写权限",
        "cannot open {path} ({detail}); check that the folder exists and that you may read and write",
    ),
    "sqlite.missing": (
        "{path} 不存在；请先用 chainmap import 导入数据，或检查 --store 与 --workspace",
        "{path} does not exist; import data first (chainmap import), or check --store and --workspace",
    ),
    "sqlite.disk": (
        "读写 {path} 时磁盘出错（{detail}）；请检查磁盘或网络盘后重试",
        "disk error at {path} ({detail}); check the disk or the network drive and try again",
    ),
    "sqlite.full": (
        "磁盘已满，{path} 未作改动（{detail}）；请腾出空间后重试",
        "the disk is full; {path} was not changed ({detail}); free some space and try again",
    ),
    "sqlite.read_only": (
        "{path} 只能读取（{detail}）；请检查文件及其文件夹的权限，或换一个图谱库地址",
        "{path} can only be read ({detail}); check the permissions of the file and its folder, or "
        "choose another store",
    ),
    "sqlite.not_a_database": (
        "{path} 不是 SQLite 数据库；请检查 --store 指向的文件",
        "{path} is not a SQLite database; check the file that --store names",
    ),
    "sqlite.not_ours": (
        "{path} 是别的程序的 SQLite 数据库，不是 chainmap 的；为免损坏，未作改动。请换一个文件名",
        "{path} is a SQLite database of another program, not of chainmap; it was left alone. "
        "Choose another file name",
    ),
    "sqlite.newer": (
        "{path} 由更新版本的 chainmap 写成（格式 {found}，本版本支持到 {known}）；请升级 chainmap",
        "{path} was written by a newer chainmap (format {found}, this one knows {known}); upgrade",
    ),
    "sqlite.damaged": (
        "{path} 已损坏（{detail}）；请从备份恢复，或换一个新文件重新导入",
        "{path} is damaged ({detail}); restore it from a backup or import again into a new file",
    ),
    "sqlite.constraint": (
        "{path} 因约束拒绝写入（{detail}），未写入任何内容",
        "{path} refused because of a constraint ({detail}); nothing was written",
    ),
    "sqlite.too_big": (
        "有一个值太长，{path} 存不下（{detail}）；请缩短后重试",
        "a value is too long for {path} ({detail}); shorten it and try again",
    ),
    "sqlite.closed": (
        "{path} 已关闭；请重新打开图谱库",
        "{path} is closed; open the store again",
    ),
    "sqlite.other": (
        "SQLite 拒绝了对 {path} 的操作：{detail}",
        "SQLite refused the work on {path}: {detail}",
    ),
    "sqlite.column_type": (
        "{path} 中 {owner}.{name} 的类型是 {found}，而图谱结构要求 {wanted}；请换一个新文件重新导入",
        "{owner}.{name} in {path} is {found}, but the graph schema wants {wanted}; import again "
        "into a new file",
    ),
    "store.bad_url": (
        "不认识图谱库地址 {url}；请写 sqlite:路径（如 sqlite:chainmap.sqlite）、memory: "
        "或 neo4j://用户@主机:7687/neo4j",
        "unknown store address {url}; write sqlite:PATH (such as sqlite:chainmap.sqlite), memory: "
        "or neo4j://USER@HOST:7687/neo4j",
    ),
    "store.password_in_url": (
        "图谱库地址里不能写密码；请删去密码，改用环境变量 CHAINMAP_STORE_PASSWORD 或 --password-env",
        "the store address must not hold a password; remove it and use CHAINMAP_STORE_PASSWORD or "
        "--password-env",
    ),
}

# Neo4j store, what it does beyond errors of the driver
TEXTS |= {
    "neo4j.overtaken": (
        "重连期间另有一次导入写入了同一图谱，本次写入已撤销；请重新运行同一命令",
        "another import wrote to the graph while the connection was being restored; this one was "
        "undone, run the same command again",
    ),
    "neo4j.unsteady": (
        "读取期间 {url} 不断有新的导入提交，没有得到一致的结果；请等导入结束后再试",
        "imports into {url} kept being committed while reading, so no consistent answer was found; "
        "try again when they have ended",
    ),
}

# Mapping files (chainmap/ingest/mapping)
TEXTS |= {
    "mapping.unreadable": (
        "映射文件 {file} 无法读取：{reason}。请检查路径，并以 UTF-8 保存",
        "the mapping {file} cannot be read: {reason}. Check the path and save it as UTF-8",
    ),
    "mapping.no_toml": (
        "映射文件 {file} 不是有效的 TOML：{reason}。写法见 docs/mapping.md",
        "the mapping {file} is no valid TOML: {reason}. See docs/mapping.md",
    ),
    "mapping.bad_version": (
        "映射文件 {file} 第 {line} 行：开头应写 format = “{wanted}”（英文引号）",
        'mapping {file}, line {line}: it must begin with format = "{wanted}"',
    ),
    "mapping.no_table": (
        "映射文件 {file} 没有任何 [[table]]。写法见 docs/mapping.md",
        "the mapping {file} has no [[table]]. See docs/mapping.md",
    ),
    "mapping.not_blocks": (
        "映射文件 {file} 第 {line} 行：{key} 要写成 [[{key}]] 段",
        "mapping {file}, line {line}: write {key} as [[{key}]] blocks",
    ),
    "mapping.unknown_key": (
        "映射文件 {file} 第 {line} 行：{what} 中不认得 {key}{guess}",
        "mapping {file}, line {line}: {what} does not know {key}{guess}",
    ),
    "mapping.unknown_owner": (
        "映射文件 {file} 第 {line} 行：图谱中没有 {owner}{guess}；可用的名称见 graph_schema/schema.md",
        "mapping {file}, line {line}: the graph has no {owner}{guess}; names are in "
        "graph_schema/schema.md",
    ),
    "mapping.unknown_attribute": (
        "映射文件 {file} 第 {line} 行：{owner} 没有属性 {name}{guess}；属性见 graph_schema/schema.md",
        "mapping {file}, line {line}: {owner} has no attribute {name}{guess}; attributes are in "
        "graph_schema/schema.md",
    ),
    "mapping.required": (
        "映射文件 {file} 第 {line} 行：{owner} 必须给出 {name}（{zh}），请写在 columns 或 constants 中",
        "mapping {file}, line {line}: {owner} needs {name} ({zh}) among columns or constants",
    ),
    "mapping.given_twice": (
        "映射文件 {file} 第 {line} 行：{name} 在 columns 和 constants 中各写了一次，请去掉一处",
        "mapping {file}, line {line}: {name} stands in columns and in constants; remove one",
    ),
    "mapping.missing_key": (
        "映射文件 {file} 第 {line} 行附近：缺少 {key}",
        "mapping {file}, near line {line}: {key} is missing",
    ),
    "mapping.not_text": (
        "映射文件 {file} 第 {line} 行：{key} 应是文字",
        "mapping {file}, line {line}: {key} must be text",
    ),
    "mapping.not_list": (
        '映射文件 {file} 第 {line} 行：{key} 应是列表，如 ["甲", "乙"]',
        'mapping {file}, line {line}: {key} must be a list such as ["a", "b"]',
    ),
    "mapping.not_flag": (
        "映射文件 {file} 第 {line} 行：{key} 应是 true 或 false",
        "mapping {file}, line {line}: {key} must be true or false",
    ),
    "mapping.not_section": (
        "映射文件 {file} 第 {line} 行：{key} 应是一段 名称 = 值",
        "mapping {file}, line {line}: {key} must be a section of name = value",
    ),
    "mapping.no_column": (
        "映射文件 {file} 第 {line} 行：{name} 要写明 column；由几列拼成时写 columns 和 format",
        "mapping {file}, line {line}: {name} needs column; for several, columns and format",
    ),
    "mapping.bad_format": (
        "映射文件 {file} 第 {line} 行：format 中的 {{{field}}} 不在 columns 里",
        "mapping {file}, line {line}: {{{field}}} of format is not among columns",
    ),
    "mapping.one_test": (
        "映射文件 {file} 第 {line} 行：where 的每个条件要恰好写一个判断：{tests}",
        "mapping {file}, line {line}: each condition of where takes exactly one of {tests}",
    ),
    "mapping.bad_header_row": (
        "映射文件 {file} 第 {line} 行：header_row 应是从 1 起的行号",
        "mapping {file}, line {line}: header_row must be a row number from 1",
    ),
    "mapping.guess": ("（是不是 {word}？）", " (did you mean {word}?)"),
}

# Writing workbooks (chainmap/xlsx)
TEXTS |= {
    "xlsx.not_writable": (
        "无法写入 {path}：{reason}。文件若在 Excel 或 WPS 中打开，请先关闭；否则请检查权限，或换一个文件名",
        "cannot write {path}: {reason}. Close it if it is open in Excel or WPS; else check the "
        "permissions or choose another name",
    ),
    "xlsx.notice": ("标记", "marked"),
    "xlsx.note_name": ("项目", "item"),
    "xlsx.note_text": ("内容", "content"),
    "xlsx.too_many_rows": (
        "工作表“{sheet}”超过 Excel 的 {most} 行上限；请改用 --format csv，或缩小范围",
        "sheet '{sheet}' has more than the {most} rows that Excel takes; use --format csv or a "
        "smaller scope",
    ),
}

# The collection workbook (chainmap/xlsx/template); its content is always Chinese
TEXTS |= {
    "template.exists": (
        "{path} 已经存在，可能已填有数据，没有覆盖；请换一个文件名，或先把它移走",
        "{path} exists and may be filled in, so it was left alone; choose another name, or move it away",
    ),
    "template.suffix": (
        "{path} 的扩展名应为 .xlsx",
        "{path} must end in .xlsx",
    ),
    "template.private_mark": ("仅局内", "internal"),
    "template.not_listed_title": ("不在可选范围", "not in the list"),
    "template.not_listed": ("请从下拉框中选择：{choices}", "choose from the list: {choices}"),
    "template.not_a_year": ("请填四位年份，如 2024", "enter a year of four digits, such as 2024"),
    "template.unit": (
        "单位：{unit}（也可在数字后写明单位）",
        "unit: {unit}, or write it behind the number",
    ),
    "template.choices": ("可选：{choices}", "choices: {choices}"),
    "template.accepted": ("导入时也认这些表头：{headers}", "headers accepted as well: {headers}"),
    "template.private": ("仅局内：不会出现在外发文件中", "internal: never in a file for outside"),
    "template.source": ("依据：{source}", "source: {source}"),
    "template.title": ("产业链采集表", "Collection workbook"),
    "template.fill_head": ("怎样填", "How to fill in"),
    "template.fill_body": (
        "每个工作表是一类数据，一行一条，从第 3 行起填写。不需要的工作表和列可以空着；不知道的就不填，空白表示“未知”，不会当作 0。",
        "One kind of data a sheet, one fact a row, from row 3 on. Leave unknown cells empty.",
    ),
    "template.example_head": ("示例行", "Example row"),
    "template.example_body": (
        "第 2 行是示例，以“示例行”开头，导入时自动跳过，可保留也可删除。",
        "Row 2 is an example; rows that begin with 示例行 are passed over by the import.",
    ),
    "template.colours_head": ("表头颜色", "Colours"),
    "template.colours_body": (
        "深蓝加 * 为必填；灰蓝为选填；棕色“仅局内”的内容（联系人、电话、备注）只在局内使用，不出现在外发文件中。鼠标停在表头上可看填写说明。",
        "Dark blue with * is required, grey blue optional, brown is for internal use only.",
    ),
    "template.units_head": ("单位", "Units"),
    "template.units_body": (
        "表头括号内是单位，只填数字即可；也可在单元格中写明，如“1.2亿元”“35%”。金额没有单位会被退回。日期写 2024-12-31 或 2024年12月31日。",
        "Units stand in the header; a cell may also name its own, such as 1.2亿元 or 35%.",
    ),
    "template.refer_head": ("互相引用", "References"),
    "template.refer_body": (
        "“供给”“需求”等表中的企业和产品，请写与“企业”“产品”表一致的全称、简称或编码；有统一社会信用代码的，以代码认定。引用不到的行会逐行列出，不会悄悄丢弃。",
        "Name companies and products as on their own sheets; rows that name nothing are listed.",
    ),
    "template.privacy_head": ("需求的公开范围", "Visibility of demands"),
    "template.privacy_body": (
        "“公开”可写入外发材料；“定向”只给受邀企业；“仅局内”不外发。未填一律按“仅局内”处理。",
        "公开 may be published, 定向 goes to invited firms only, 仅局内 stays inside (the default).",
    ),
    "template.extra_head": ("可以改什么", "What may change"),
    "template.extra_body": (
        "可以增删行、调整列的先后、在表头上方加标题行。请不要改工作表名称；表头可以用说明中列出的其他写法。身份证号等个人敏感信息请勿填写。",
        "Rows, the order of columns and a title above the header may change; sheet names not.",
    ),
    "template.import_head": ("怎样导入", "How to import"),
    "template.import_body": (
        "保存并关闭文件后运行：chainmap import 采集表.xlsx --dry-run（先看会有哪些变化和问题），再去掉 --dry-run 正式导入。",
        "Save, close, and run: chainmap import FILE.xlsx --dry-run, then without --dry-run.",
    ),
    "template.sheet_head": ("工作表", "Sheet"),
    "template.sheet_about": ("内容", "Content"),
}

# The list of findings in a marked workbook (chainmap/xlsx/mark)
TEXTS |= {
    "mark.severity": ("级别", "severity"),
    "mark.rule": ("规则", "rule"),
    "mark.sheet": ("工作表", "sheet"),
    "mark.row": ("行", "row"),
    "mark.column": ("列", "column"),
    "mark.value": ("值", "value"),
    "mark.message": ("问题", "what is wrong"),
    "mark.fix": ("怎样处理", "what to do"),
    "mark.error": ("错误", "error"),
    "mark.warning": ("警告", "warning"),
    "mark.info": ("提示", "note"),
}

# Cypher for people, and the jobs on stores
TEXTS |= {
    "neo4j.batch_failed": (
        "同一批次中有一步失败，整批写入已撤销；请改正后重新运行",
        "a step of the batch failed, so the whole batch was undone; correct it and run again",
    ),
    "neo4j.inner_dry_run": (
        "Neo4j 不能在一个批次内部试运行；请把试运行放在最外层",
        "Neo4j cannot do a dry run inside a batch; make the dry run the outermost one",
    ),
    "query.read_only": (
        "查询只能读取，没有写入任何内容；要修改数据请改工作簿后用 chainmap import 导入",
        "queries may only read; nothing was written. To change data, change the workbook and "
        "run chainmap import",
    ),
    "query.refused": (
        "查询没有运行：{detail}",
        "the query did not run: {detail}",
    ),
    "query.bad_parameter": (
        "查询参数无法使用：{detail}；请用 --param 名称=值 给出文字、数字或是/否",
        "a query parameter cannot be used: {detail}; give text, numbers or flags as "
        "--param NAME=VALUE",
    ),
    "query.bad_limit": (
        "行数上限 {limit} 无效，请给出 1 或更大的整数",
        "the row limit {limit} is not valid; give a whole number of 1 or more",
    ),
    "query.no_engine": (
        "在这个图谱库上查询 Cypher 需要可选组件；请运行 pip install 'chainmap[cypher]'，或改用 "
        "Neo4j 图谱库",
        "Cypher on this store needs an optional component; run pip install 'chainmap[cypher]', or "
        "use a Neo4j store",
    ),
    "store.no_such_source": (
        "图谱库 {url} 中没有来源“{source}”的内容；现有来源：{known}",
        "the store {url} holds nothing from the source '{source}'; it has: {known}",
    ),
    "store.same_store": (
        "来源和目标是同一个图谱库（{url}），没有复制；请给出另一个目标",
        "source and target are the same store ({url}); nothing was copied, name another target",
    ),
    "store.cannot": (
        "图谱库 {url} 不支持这项操作：{what}",
        "the store {url} cannot do this: {what}",
    ),
    "store.export_not_empty": (
        "文件夹 {folder} 不是空的，没有导出；请换一个空文件夹",
        "the folder {folder} is not empty; nothing was exported, name an empty one",
    ),
}
