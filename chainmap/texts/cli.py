"""What the command line says: help pages (``cli.<command>.short/help/example``), options, remarks.

Each entry is id -> (Chinese, English). Examples are run by tests/cli/test_help_examples.py.
"""

from __future__ import annotations

_PAGES: dict[str, tuple[str, str]] = {
    "cli.root.short": ("产业链图谱", "Industry-chain graph"),
    "cli.root.help": (
        "把园区的企业台账变成一张产业链图谱：谁该见谁、缺在哪里、依据是什么。\n"
        "数据写到标准输出，进度和校验问题写到标准错误；退出码见 docs/exit-codes.md。\n"
        "CHAINMAP_LANG=en 换成英文。",
        "Workbooks of an investment promotion bureau as one graph: who should meet whom, what is "
        "missing, and why. Data goes to stdout, progress and findings to stderr; exit codes are "
        "in docs/exit-codes.md. Without CHAINMAP_LANG=en everything is in Chinese.",
    ),
    "cli.root.example": (
        "chainmap demo -o demo\nchainmap match --all --top 10 --workspace demo",
        "chainmap demo -o demo\nchainmap match --all --top 10 --workspace demo",
    ),
    "cli.demo.short": ("用示例数据走完全程", "Run the seed data through everything"),
    "cli.demo.help": (
        "用随程序附带的示例数据走完全程：导入、匹配、找缺口、画图、写报告。\n"
        "生成的文件夹就是一个完整的工作区，其他命令可以直接在里面用。",
        "Run the seed data that ships with chainmap through everything: import, match, gaps, "
        "graph, report. The folder is then a full workspace for every other command.",
    ),
    "cli.demo.example": ("chainmap demo -o demo", "chainmap demo -o demo"),
    "cli.init.short": ("新建工作区", "Set up a workspace"),
    "cli.init.help": (
        "新建工作区 DIR：设置 chainmap.toml、空白采集表.xlsx、图谱库 chainmap.sqlite、输出文件夹 "
        "out。\n"
        "已有的文件绝不覆盖。",
        "Set up the workspace DIR: chainmap.toml, the collection workbook 采集表.xlsx, the store "
        "chainmap.sqlite and the folder out. Nothing that exists is overwritten.",
    ),
    "cli.init.example": (
        "chainmap init 我的园区 --region 630100 --park 甘河工业园区",
        "chainmap init zone --region 630100 --park 甘河工业园区",
    ),
    "cli.template.short": ("写出空白采集表", "Write the blank collection workbook"),
    "cli.template.help": (
        "写出空白采集表：一张表一个工作表，带下拉选项、单位、填写说明和一行示例（导入时忽略）。\n"
        "已有的文件绝不覆盖。",
        "Write the blank collection workbook: one sheet per table, with drop-downs, units, notes and "
        "one example row that the import ignores. A file that exists is never overwritten.",
    ),
    "cli.template.example": (
        "chainmap template -o 空白采集表.xlsx",
        "chainmap template -o blank.xlsx",
    ),
    "cli.import.short": ("把工作簿和 CSV 读进图谱", "Read workbooks and CSV files into the graph"),
    "cli.import.help": (
        "读入 PATH：文件，或文件夹（其中所有 .xlsx 和 .csv）。 "
        "所有问题一次列全，含文件、工作表、行、列和改法。有错误就什么都不写入（退出码 3）；"
        "警告不阻止导入，会随报告走。同一文件再导一次，图谱不变；来源不再列出的行会撤下。",
        "Read PATH: a file, or a folder with all its .xlsx and .csv files. All findings come at "
        "once, with file, sheet, row, column and the way out. Errors stop the import with nothing "
        "written (exit code 3); warnings travel to the reports. The same file twice gives the "
        "same graph; rows a source no longer states are withdrawn.",
    ),
    "cli.import.example": (
        "chainmap import 数据 --dry-run\nchainmap import 数据 --mark 问题",
        "chainmap import 数据 --dry-run\nchainmap import 数据 --mark marked",
    ),
    "cli.match.short": ("谁该见谁，为什么", "Who should meet whom, and why"),
    "cli.match.help": (
        "按产品给链主找配套企业，或给企业找链主。每一对都有得分构成、依据（文件、表、行）"
        "和一条路径。\n"
        "在 --leader、--company、--all 中选一种；企业可写名称、简称、曾用名或信用代码。",
        "Rank companies for a chain leader, or leaders for a company, product by product. Each "
        "pair has its contributions, evidence (file, sheet, row) and one path. Give --leader, "
        "--company or --all; a company may be named by name, short or former name, or code.",
    ),
    "cli.match.example": (
        "chainmap match --all --top 5 --explain\nchainmap match --all -o 匹配.xlsx --for 外发",
        "chainmap match --all --top 5 --explain\nchainmap match --all -o match.xlsx --for 外发",
    ),
    "cli.gaps.short": ("链上缺什么、弱在哪", "What the chain lacks, and where it is weak"),
    "cli.gaps.help": (
        "按产品列出缺链、断链、弱链、单一来源、产能不匹配、外采、副产品无去处，并写明算式用到的数。\n"
        "数据不足就说数据不足，不当作缺。本地指 --region，或 chainmap.toml 中的地区和园区。",
        "List the gaps product by product (缺链 missing, 断链 broken, 弱链 weak, 单一来源 single "
        "source, 产能不匹配 capacity, 外采 external, 副产品无去处 by-product) with the figures they rest "
        "on. Too little data is reported as such, never as a gap. Local is --region, else the zone of chainmap.toml.",
    ),
    "cli.gaps.example": (
        "chainmap gaps --kind 缺链\nchainmap gaps --include-ok -o 缺口.xlsx",
        "chainmap gaps --kind 缺链\nchainmap gaps --include-ok -o gaps.xlsx",
    ),
    "cli.graph.short": ("画成一个网页文件", "Draw the graph as one HTML file"),
    "cli.graph.help": (
        "画一条产业链（--chain）、一家企业的周边（--company），得到一个可离线打开、"
        "可直接发送的 HTML 文件。",
        "Draw a chain (--chain) or the neighbourhood of a company (--company) "
        "as one HTML file that opens offline.",
    ),
    "cli.graph.example": (
        "chainmap graph --chain 锂电 -o 锂电.html",
        "chainmap graph --chain 锂电 -o lithium.html",
    ),
    "cli.report.short": ("写出全套报告", "Write the whole report"),
    "cli.report.help": (
        "写出全套报告：index.html、链图、匹配清单、缺口清单和 run.json（输入、版本、权重、"
        "校验问题）。",
        "Write the whole report: index.html, chain maps, the match and gap lists, and run.json "
        "(inputs, versions, weights, findings).",
    ),
    "cli.report.example": (
        "chainmap report -o 报告 --for 外发",
        "chainmap report -o report --for 外发",
    ),
    "cli.query.short": ("用 Cypher 查询（只读）", "Ask in Cypher, read-only"),
    "cli.query.help": (
        "用 Cypher 查询图谱，只读。Neo4j 直接执行；SQLite 需要附加组件：pip install "
        "'chainmap[cypher]'。\n"
        "值用 --param 传入，不要拼进查询语句；中文别名要加反引号。",
        "Ask the graph in Cypher, read-only. Neo4j runs it natively; on SQLite it needs "
        "pip install 'chainmap[cypher]'. Pass values by --param, not inside the text; a Chinese "
        "alias stands in backticks.",
    ),
    "cli.query.example": (
        'chainmap query "MATCH (c:Company) RETURN c.id AS id, c.name AS name ORDER BY id LIMIT 5"\n'
        "chainmap query 'MATCH (p:Product {{name: $name}}) RETURN p.id AS id' --param name=碳酸锂",
        'chainmap query "MATCH (c:Company) RETURN c.id AS id, c.name AS name ORDER BY id LIMIT 5"\n'
        "chainmap query 'MATCH (p:Product {{name: $name}}) RETURN p.id AS id' --param name=碳酸锂",
    ),
    "cli.store.short": ("图谱库：查看、复制、撤下来源", "The store: look, copy, withdraw a source"),
    "cli.store.help": (
        "图谱库里有什么，以及把它搬到别处。",
        "What a store holds, and moving it elsewhere.",
    ),
    "cli.store.example": ("chainmap store info", "chainmap store info"),
    "cli.store.info.short": ("各类节点和关系的数目", "Count nodes and edges"),
    "cli.store.info.help": (
        "列出各类节点和关系的数目。",
        "Count the nodes of each label and the edges of each type.",
    ),
    "cli.store.info.example": (
        "chainmap store info --format json",
        "chainmap store info --format json",
    ),
    "cli.store.copy.short": ("把一个库复制到另一个库", "Copy one store into another"),
    "cli.store.copy.help": (
        "把 FROM 库的内容复制到 TO 库，两边都写 URL：sqlite:文件、neo4j://用户@主机:端口/库名。",
        "Copy the store FROM into the store TO; both are URLs: sqlite:PATH, "
        "neo4j://USER@HOST:PORT/DATABASE.",
    ),
    "cli.store.copy.example": (
        "chainmap store copy sqlite:chainmap.sqlite sqlite:备份.sqlite",
        "chainmap store copy sqlite:chainmap.sqlite sqlite:backup.sqlite",
    ),
    "cli.store.prune.short": ("撤下一个来源的全部内容", "Withdraw all that one source states"),
    "cli.store.prune.help": (
        "撤下来源 NAME 所述的全部内容。其他来源也列出的行保留；供给、需求、"
        "供货关系改为无效而不删除。",
        "Withdraw all that the source NAME states. Rows that other sources state too stay; "
        "PRODUCES, REQUIRES and SUPPLIES become inactive instead of leaving.",
    ),
    "cli.store.prune.example": (
        "chainmap store prune --source 企业.xlsx --dry-run",
        "chainmap store prune --source 企业.xlsx --dry-run",
    ),
    "cli.store.explain.short": ("说明一次读取怎样执行", "Show how a read would be run"),
    "cli.store.explain.help": (
        "把一次读取（起点、方向、步数）怎样在这个库里执行写出来，供排查速度问题。",
        "Show how the store would run a read (seeds, direction, hops), to look into its speed.",
    ),
    "cli.store.explain.example": (
        "chainmap store explain --seed Product:LI-001 --hops 3 --direction upstream",
        "chainmap store explain --seed Product:LI-001 --hops 3 --direction upstream",
    ),
    "cli.store.export.short": ("导出给 neo4j-admin 批量导入", "Hand over to neo4j-admin in bulk"),
    "cli.store.export.help": (
        "把图谱写成 CSV，供 neo4j-admin 一次导入一个空的 Neo4j；数据量大时比逐批写入快得多。"
        "文件含全部内容，包括不公开的属性，只供本单位的服务器使用。",
        "Write the graph as CSV for neo4j-admin, which fills an empty Neo4j in one go; much quicker "
        "for a large graph. The files hold everything, private attributes too: they are for your "
        "own server.",
    ),
    "cli.store.export.example": (
        "chainmap store export --neo4j-import neo4j-import",
        "chainmap store export --neo4j-import neo4j-import",
    ),
    "cli.config.short": ("查看设置", "Look at the settings"),
    "cli.config.help": ("查看设置。", "Look at the settings."),
    "cli.config.example": ("chainmap config show", "chainmap config show"),
    "cli.config.show.short": ("每项设置的值和来处", "Each setting, its value and origin"),
    "cli.config.show.help": (
        "列出每项设置的值和来处。先后次序：命令行选项、环境变量 CHAINMAP_*、chainmap.toml、"
        "默认值。",
        "List each setting with its value and where it came from. Order: flag, CHAINMAP_*, "
        "chainmap.toml, default.",
    ),
    "cli.config.show.example": ("chainmap config show", "chainmap config show"),
    "cli.doctor.short": (
        "装了什么、缺什么、怎么补",
        "What is installed, missing, and how to get it",
    ),
    "cli.doctor.help": (
        "检查程序、附加组件、图谱库和工作区：有什么、缺什么、怎样补上。必需的东西坏了，退出码为 "
        "1。",
        "Examine installation, extras, store and workspace: what is there, what is missing and "
        "how to get it. The exit code is 1 when something required is broken.",
    ),
    "cli.doctor.example": ("chainmap doctor", "chainmap doctor"),
    "cli.completion.short": ("命令行自动补全脚本", "Print a shell completion script"),
    "cli.completion.help": (
        "输出 bash、zsh、fish 或 powershell 的自动补全脚本。",
        "Print the completion script for bash, zsh, fish or powershell.",
    ),
    "cli.completion.example": (
        "chainmap completion bash >> ~/.bashrc\nchainmap completion powershell >> $PROFILE",
        "chainmap completion bash >> ~/.bashrc\nchainmap completion powershell >> $PROFILE",
    ),
}

_OPTIONS: dict[str, tuple[str, str]] = {
    "cli.opt.help": ("显示本页", "Show this page"),
    "cli.opt.version": ("显示版本号", "Show the version"),
    "cli.opt.workspace": (
        "工作区文件夹；默认当前文件夹",
        "The workspace; default: the current folder",
    ),
    "cli.opt.store": (
        "图谱库，sqlite:文件 或 neo4j://用户@主机:端口/库名；默认工作区的库（环境变量 "
        "CHAINMAP_STORE）",
        "The store, sqlite:PATH or neo4j://USER@HOST:PORT/DATABASE; default: the workspace's "
        "(environment: CHAINMAP_STORE)",
    ),
    "cli.opt.password_env": (
        "存放密码的环境变量名；默认 CHAINMAP_STORE_PASSWORD。密码不能写在命令行里",
        "The environment variable that holds the password; default CHAINMAP_STORE_PASSWORD. "
        "The password is never an argument",
    ),
    "cli.opt.format": (
        "标准输出的格式；默认 table。xlsx 需要 -o",
        "The format on stdout; default table. xlsx needs -o",
    ),
    "cli.opt.output": (
        "写入文件，格式看后缀 .xlsx .csv .json",
        "Write a file; its suffix .xlsx, .csv or .json is the format",
    ),
    "cli.opt.demo.output": ("文件夹；默认 chainmap-demo", "The folder; default chainmap-demo"),
    "cli.opt.template.output": ("文件名；默认 采集表.xlsx", "The file; default 采集表.xlsx"),
    "cli.opt.graph.output": (
        "HTML 文件；默认 out/graph.html",
        "The HTML file; default out/graph.html",
    ),
    "cli.opt.report.output": (
        "文件夹；默认工作区的 out",
        "The folder; default: out of the workspace",
    ),
    "cli.opt.audience": (
        "文件给谁看；外发文件不含电话、仅局内和定向的需求。默认内部",
        "For whom the file is: 内部 internal (default) or 外发 external, which holds no phone "
        "number and no demand that is not public",
    ),
    "cli.opt.quiet": ("不显示进度和警告", "No progress, no warnings"),
    "cli.opt.as_of": (
        "以哪一天为准（时效、期限）；默认最近一次导入的日期，导入时默认今天",
        "The reference day for freshness and deadlines; default: the date of the last import (for an import: today)",
    ),
    "cli.opt.mapping": ("自定义列的对应关系文件", "A mapping of your own columns"),
    "cli.opt.source": (
        "来源名称；默认各文件以文件名为来源",
        "The name of the source; default: each file under its own name",
    ),
    "cli.opt.dry_run": ("只说会改动什么，不写入", "Say what would change, write nothing"),
    "cli.opt.strict": (
        "把这条规则的警告当作错误；可重复",
        "Take warnings of this rule as errors; may be repeated",
    ),
    "cli.opt.mark": (
        "把有问题的工作簿另存到此文件夹，问题单元格标色加批注",
        "Save copies of the workbooks there, faulty cells coloured and annotated",
    ),
    "cli.opt.leaders": ("链主企业；可重复", "A chain leader; may be repeated"),
    "cli.opt.companies": ("企业；可重复", "A company; may be repeated"),
    "cli.opt.all_pairs": ("所有链主", "All chain leaders"),
    "cli.opt.product": ("只看这个产品", "Only this product"),
    "cli.opt.kind": ("只看这一类推荐", "Only this kind of recommendation"),
    "cli.opt.top": ("每个链主最多几行；默认 20", "At most N rows for each leader; default 20"),
    "cli.opt.whatif.top": ("最多列几行；默认 50", "At most N rows; default 50"),
    "cli.opt.region": (
        "哪里算本地：地区名或代码；默认 chainmap.toml 的 [zone]",
        "What is local: a region's name or code; default: [zone] of chainmap.toml",
    ),
    "cli.opt.init.region": ("园区所在地区：名称或代码", "The zone's region: name or code"),
    "cli.opt.parks": ("园区名称；可重复", "A park of the zone; may be repeated"),
    "cli.opt.raw": (
        "--all 时只按得分排名，不在各名单之间平衡",
        "With --all: rank by score alone, without balancing the lists",
    ),
    "cli.opt.model": (
        "default：公开的权重；trained：由已知供货和决定训练（须装 chainmap[rank]），比默认更准才用",
        "default: published weights; trained: learnt from known supplies and decisions (needs chainmap[rank]), used only if better",
    ),
    "cli.opt.explain": (
        "列出得分构成、依据、路径、能提升名次的改变和最近似的已知供货",
        "Show contributions, evidence, path, what would lift it, and the nearest known supply",
    ),
    "cli.opt.why_not": (
        "说明这家企业为什么不在名单上：被什么排除，或排第几、差在哪、怎样改变最省事",
        "Say why this company is not on the list: the filter, or its rank and what it lacks",
    ),
    "cli.opt.chain": ("产业链", "An industry chain"),
    "cli.opt.company": ("企业", "A company"),
    "cli.opt.gaps.kind": ("只看这一类缺口", "Only this kind of gap"),
    "cli.opt.include_ok": ("也列出没有缺口的产品", "List products without a gap as well"),
    "cli.opt.candidates": (
        "每个缺口最多几个招商目标；默认 5",
        "At most N targets for each gap; default 5",
    ),
    "cli.opt.params": (
        "查询参数；数、true、false、JSON 按其类型，其余为文字；可重复",
        "A query parameter; numbers, true, false and JSON keep their type, the rest is text; "
        "may be repeated",
    ),
    "cli.opt.prune.source": ("要撤下的来源名称", "The source to withdraw"),
    "cli.opt.seeds": ("起点的 id；可重复，默认全部节点", "The id to start from; may be repeated"),
    "cli.opt.hops": ("走几步；默认 1", "How many steps to walk; default 1"),
    "cli.opt.direction": ("沿物流方向还是逆着走", "Along the flow of goods or against it"),
    "cli.opt.edge_types": ("只走这类关系；可重复", "Walk only this type; may be repeated"),
    "cli.opt.labels": ("只要这类节点；可重复", "Only nodes of this label; may be repeated"),
    "cli.opt.limit": ("最多几行；默认 10000", "At most N rows; default 10000"),
    "cli.opt.neo4j_import": (
        "写出 neo4j-admin 批量导入用的 CSV 的文件夹",
        "The folder for the csv files that neo4j-admin imports in bulk",
    ),
}

_REMARKS: dict[str, tuple[str, str]] = {
    "cli.usage": ("用法：", "Usage: "),
    "cli.required": ("必填", "required"),
    "cli.options_metavar": ("[选项]", "[OPTIONS]"),
    "cli.command_metavar": ("命令 [参数]...", "COMMAND [ARGS]..."),
    "cli.options": ("选项", "Options"),
    "cli.commands": ("命令", "Commands"),
    "cli.example": ("示例", "Example"),
    "cli.heading": ("{title}：", "{title}:"),
    "cli.yes": ("是", "yes"),
    "cli.no": ("否", "no"),
    "cli.row": ("第 {row} 行", "row {row}"),
    "cli.column": ("列 {column}", "column {column}"),
    "cli.severity.error": ("错误", "error"),
    "cli.severity.warning": ("警告", "warning"),
    "cli.severity.info": ("提示", "note"),
    "cli.error": ("错误：{message}", "Error: {message}"),
    "cli.try_help": ("帮助：{command} --help", "Help: {command} --help"),
    "cli.did_you_mean": ("是不是想用 {names}？", "Did you mean {names}?"),
    "cli.no_command": ("没有命令 {name}。{hint}", "There is no command {name}. {hint}"),
    "cli.no_option": ("没有选项 {name}。{hint}", "There is no option {name}. {hint}"),
    "cli.missing": ("缺少 {name}", "{name} is missing"),
    "cli.bad_value": ("{name}：{message}", "{name}: {message}"),
    "cli.bad_option": (
        "选项 {name} 用法不对：检查它是否需要一个值",
        "Wrong use of {name}: does it need a value?",
    ),
    "cli.bad_choice": ("{value} 不在可选值之内：{names}", "{value} is not one of {names}"),
    "cli.bad_count": ("{value} 不是 1 以上的整数", "{value} is not a whole number from 1"),
    "cli.empty_path": (
        "路径是空的；请写出文件或文件夹（变量没有赋值？）",
        "the path is empty; name a file or a folder (is a variable not set?)",
    ),
    "cli.bad_date": (
        "{value} 不是日期，应写成 2024-06-30",
        "{value} is not a date; write it as 2024-06-30",
    ),
    "cli.bad_param": ("{value} 应写成 名称=值，名称用字母和数字", "write {value} as NAME=VALUE"),
    "cli.interrupted": (
        "已中断。没有写了一半的内容：这次未完成的写入已全部撤销，重新运行即可。",
        "Interrupted. Nothing is half-written: what was not finished has been undone; run it "
        "again.",
    ),
    "cli.bug": (
        "这是程序的缺陷，不是您的错。请把上面的内容和所用命令发给维护者"
        "（chainmap {version}，Python {python}）；文件中的企业信息请先隐去。",
        "This is a defect of chainmap, not your mistake. Please report the lines above and the "
        "command used (chainmap {version}, Python {python}); remove company data first.",
    ),
    "cli.notice": ("内部资料", "internal"),
    "cli.title.findings": ("校验问题", "findings"),
    "cli.title.excluded": ("未入选及原因", "excluded"),
    "cli.title.import": ("导入", "import"),
    "cli.title.match": ("匹配", "match"),
    "cli.title.why-not": ("为何未入选", "why not"),
    "cli.title.gaps": ("缺口", "gaps"),
    "cli.title.store": ("图谱库", "store"),
    "cli.title.store-info": ("图谱库", "store"),
    "cli.title.store-copy": ("复制", "copy"),
    "cli.title.store-prune": ("撤下", "prune"),
    "cli.title.store-export": ("写出", "export"),
    "cli.title.store-explain": ("执行步骤", "steps"),
    "cli.title.query": ("查询", "query"),
    "cli.title.config": ("设置", "settings"),
    "cli.title.doctor": ("检查", "doctor"),
    "cli.written": ("已写入 {path}", "Written: {path}"),
    "cli.no_rows": ("没有符合条件的结果。", "No rows."),
    "cli.more_findings": (
        "{rule} 另有 {count} 条同类问题；加 --format json 查看全部",
        "{rule}: {count} more of this kind; --format json has all",
    ),
    "cli.finding_counts": (
        "校验问题：错误 {error}，警告 {warning}，提示 {info}",
        "Findings: {error} errors, {warning} warnings, {info} notes",
    ),
    "cli.mark_hint": (
        "加 --mark 文件夹，可得到把问题单元格标出来的副本",
        "Add --mark DIR for copies of the workbooks with the faulty cells marked",
    ),
    "cli.no_store": (
        "找不到图谱库 {path}。先运行 chainmap init {folder} 再导入，或用 --workspace 指明工作区",
        "There is no store {path}. Run chainmap init {folder} and import, or name the workspace "
        "with --workspace",
    ),
    "cli.no_folder": (
        "文件夹 {path} 不存在。先运行 chainmap init {path}",
        "There is no folder {path}. Run chainmap init {path} first",
    ),
    "cli.password": ("{user} 的密码", "Password of {user}"),
    "cli.password_in_url": (
        "密码不能写在 URL 里（会留在历史记录中）。把它放进环境变量 {env}",
        "A URL must not hold a password (it would stay in the history). Put it into the "
        "environment variable {env}",
    ),
    "cli.no_password_env": ("环境变量 {env} 没有设置", "The environment variable {env} is not set"),
    "cli.no_password": (
        "这个库需要密码。把它放进环境变量 {env}，或在终端里运行以便输入",
        "This store needs a password. Put it into the environment variable {env}, or run in a "
        "terminal to be asked",
    ),
    "cli.xlsx_needs_file": ("--format xlsx 需要 -o 文件.xlsx", "--format xlsx needs -o FILE.xlsx"),
    "cli.suffix_differs": (
        "{path} 的后缀与 --format {format} 不一致，改其中一个",
        "The suffix of {path} and --format {format} differ; change one of them",
    ),
    "cli.suffix_unknown": (
        "看不出 {path} 是什么格式，后缀用 .xlsx、.csv 或 .json",
        "The format of {path} is unclear; end it in .xlsx, .csv or .json",
    ),
    "cli.file_locked": (
        "无法写入 {path}：文件可能正在 Excel 中打开，或没有写入权限。关闭后重试，或换个文件名",
        "Cannot write {path}: it may be open in Excel, or you may not write there. Close it and "
        "try again, or take another name",
    ),
    "cli.file_unwritable": ("无法写入 {path}：{reason}", "Cannot write {path}: {reason}"),
    "cli.init.done": (
        "工作区 {folder} 已建好。填写 chainmap.toml 的 [zone]，填好采集表后运行 chainmap import",
        "The workspace {folder} is ready. Fill in [zone] of chainmap.toml and the collection "
        "workbook, then run chainmap import",
    ),
    "cli.demo.files": ("写入：", "Written:"),
    "cli.demo.best": ("最好的答案：", "The best answers:"),
    "cli.demo.open": ("用浏览器打开：{path}", "Open in a browser: {path}"),
    "cli.demo.next": (
        "接着可以试：chainmap gaps --workspace {folder}",
        "Try next: chainmap gaps --workspace {folder}",
    ),
    "cli.import.dry_run": (
        "试运行，什么都没有写入。正式导入会有以下变化：",
        "A dry run: nothing was written. In earnest this would change:",
    ),
    "cli.import.added": ("新增：{counts}", "Added: {counts}"),
    "cli.import.changed": ("改动：{counts}", "Changed: {counts}"),
    "cli.import.removed": ("撤下：{counts}", "Removed: {counts}"),
    "cli.import.deactivated": ("转为无效：{counts}", "Made inactive: {counts}"),
    "cli.import.same": ("图谱没有变化", "The graph is unchanged"),
    "cli.import.internal_only": (
        "导入的校验问题会引用单元格原文，可能含电话等，因此不能 --for 外发",
        "The findings of an import quote cells, phone numbers among them: not for 外发",
    ),
    "cli.no_rule": ("没有规则 {rule}。{hint}", "There is no rule {rule}. {hint}"),
    "cli.store.export.internal_only": (
        "导出的文件含全部内容，包括不公开的属性，因此不能 --for 外发。外发请用 match、gaps 或 report",
        "The exported files hold everything, private attributes too: not for 外发. Use match, gaps "
        "or report",
    ),
    "cli.store.export.next": (
        "共写出 {count} 个文件。先停下 Neo4j，在该文件夹里运行：\n  {command}\n"
        "再启动 Neo4j，运行一次 chainmap store info --store neo4j://用户@主机:端口/库名，补上约束",
        "{count} files written. Stop Neo4j and run in that folder:\n  {command}\n"
        "Then start Neo4j and run chainmap store info --store neo4j://USER@HOST:PORT/DATABASE once: "
        "it adds the constraints",
    ),
    "cli.query.internal_only": (
        "查询的列由您自定，无法保证不含电话或非公开需求，因此不能 --for 外发。外发请用 match、"
        "gaps 或 report",
        "The columns of a query are free, so that nobody can vouch that they hold no phone number "
        "and no private demand: not for 外发. Use match, gaps or report",
    ),
}

TEXTS: dict[str, tuple[str, str]] = {**_PAGES, **_OPTIONS, **_REMARKS}
