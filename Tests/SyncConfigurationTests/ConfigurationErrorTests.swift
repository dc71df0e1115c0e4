import Testing

@testable import SyncConfiguration

/// One mistake in a file, and what the user is told.
struct Mistake: CustomTestStringConvertible, Sendable {
  var yaml: String
  var line: Int
  var column: Int
  var key: String?
  var says: [String]

  init(_ yaml: String, _ line: Int, _ column: Int, key: String?, says: String...) {
    (self.yaml, self.line, self.column, self.key, self.says) = (yaml, line, column, key, says)
  }

  var testDescription: String { yaml.split(separator: "\n").joined(separator: " ⏎ ") }
}

@Suite("A mistake in pgsyncd.yaml names key, line, column and what is allowed")
struct ConfigurationErrorTests {
  static let mistakes: [Mistake] = [
    // Keys
    Mistake("sorce: x", 1, 1, key: "sorce", says: "did you mean 'source'?", "target", "pipeline", "log"),
    Mistake(
      "source: x\napply:\n  memry: 1GB\n", 3, 3, key: "apply.memry", says: "did you mean 'apply.memory'?", "workers"),
    Mistake(
      "copy: {workers: 2, size: 1GB}", 1, 20, key: "copy.size", says: "Allowed: workers, split_tables_larger_than"),
    Mistake("max_bytes: 1GB", 1, 1, key: "max_bytes", says: "did you mean 'parking.max_bytes'?"),
    Mistake("schema: {validate: strict}", 1, 10, key: "schema.validate", says: "'schema.validation'"),
    Mistake("slot: a\nslot: b\n", 1, 1, key: "slot", says: "stands twice"),
    Mistake("[a]: b", 1, 1, key: nil, says: "a key must be a word"),
    Mistake("- a\n- b\n", 1, 1, key: nil, says: "must be a mapping"),
    Mistake("copy: 4", 1, 7, key: "copy", says: "is a section", "workers, split_tables_larger_than"),
    // Values
    Mistake("pipeline: My-Pipeline", 1, 11, key: "pipeline", says: "'My-Pipeline'", "1 to 40", "a-z, 0-9 and _"),
    Mistake("pipeline:", 1, 10, key: "pipeline", says: "has no value"),
    Mistake("slot: \"a b\"", 1, 7, key: "slot", says: "1 to 63"),
    Mistake("copy: {workers: many}", 1, 17, key: "copy.workers", says: "'many'", "from 1 to 64"),
    Mistake("copy: {workers: 0}", 1, 17, key: "copy.workers", says: "'0'", "from 1 to 64"),
    Mistake("apply:\n  memory: lots", 2, 11, key: "apply.memory", says: "'lots'", "16MB to 1TB", "kB, MB, GB or TB"),
    Mistake("apply: {memory: 5XB}", 1, 17, key: "apply.memory", says: "'5XB'"),
    Mistake("apply: {memory: 9999999999TB}", 1, 17, key: "apply.memory", says: "a size from"),
    Mistake("apply: {memory: [1GB]}", 1, 17, key: "apply.memory", says: "'[1GB]'"),
    Mistake("apply: {memory: {a: b}}", 1, 17, key: "apply.memory", says: "a size from"),
    Mistake("log: {level: inof}", 1, 14, key: "log.level", says: "did you mean 'info'?", "trace, debug, info"),
    Mistake("log: {format: xml}", 1, 15, key: "log.format", says: "Allowed: text, json"),
    Mistake("tables: {include: public.*}", 1, 19, key: "tables.include", says: "a list of schema.table patterns"),
    Mistake("tables: {include: [a, [b]]}", 1, 19, key: "tables.include", says: "a list of schema.table patterns"),
    Mistake(
      "schema: {validation: stirct}", 1, 22, key: "schema.validation", says: "did you mean 'strict'?", "permissive"),
    Mistake(
      "schema: {validation_interval: 60}", 1, 31, key: "schema.validation_interval", says: "in ms, s, min, h or d"),
    Mistake("schema: {auto_resume: maybe}", 1, 23, key: "schema.auto_resume", says: "Allowed: true, false"),
    Mistake("http: {listen: nine}", 1, 16, key: "http.listen", says: "HOST:PORT or off"),
    Mistake("http: {listen: 'localhost:99999'}", 1, 16, key: "http.listen", says: "HOST:PORT or off"),
    Mistake("source: ${NOT CLOSED", 1, 9, key: "source", says: "'${'", "'$${'"),
    // Overrides of single tables
    Mistake("schema: {table_overrides: 5}", 1, 27, key: "schema.table_overrides", says: "is a list of tables"),
    Mistake("schema: {table_overrides: [5]}", 1, 28, key: "schema.table_overrides", says: "skip_columns"),
    Mistake(
      "schema:\n  table_overrides:\n    - skip_columns: [b]\n", 3, 7, key: "schema.table_overrides.table",
      says: "names no table", "Allowed: table: schema.table"),
    Mistake(
      "schema:\n  table_overrides:\n    - table: a.b.c\n", 3, 14, key: "schema.table_overrides.table",
      says: "'a.b.c'", "schema.table"),
    Mistake(
      "schema:\n  table_overrides:\n    - table: a\n      skip_colums: [b]\n", 4, 7,
      key: "schema.table_overrides.skip_colums", says: "unknown key", "did you mean 'skip_columns'?", "allow_type_cast"),
    Mistake(
      "schema:\n  table_overrides:\n    - table: a\n      skip_columns: b\n", 4, 21,
      key: "schema.table_overrides.skip_columns", says: "'b'", "a list of columns"),
    Mistake(
      "schema:\n  table_overrides:\n    - table: a\n      allow_type_cast: [b]\n", 4, 24,
      key: "schema.table_overrides.allow_type_cast", says: "a mapping of columns to types"),
    Mistake(
      "schema:\n  table_overrides:\n    - table: a\n      validation: stirct\n", 4, 19,
      key: "schema.table_overrides.validation", says: "'stirct'", "did you mean 'strict'?", "permissive, disabled"),
    Mistake(
      "schema:\n  table_overrides:\n    - table: a\n      safe_casts_allowed: perhaps\n", 4, 27,
      key: "schema.table_overrides.safe_casts_allowed", says: "true, false"),
    Mistake(
      "schema:\n  table_overrides:\n    - {table: a}\n    - {table: public.a}\n", 4, 15,
      key: "schema.table_overrides.table", says: "public.a stands twice", "pgsyncd.yaml:3:15"),
    Mistake(
      "schema:\n  table_overrides:\n    - {table: a, skip_columns: [x, y], preserve_columns: [y]}\n", 3, 59,
      key: "schema.table_overrides", says: "public.a.y cannot be preserved and skipped", "pgsyncd.yaml:3:36"),
    Mistake("schema: {timezone: ''}", 1, 20, key: "schema.timezone", says: "a text"),
    // YAML itself
    Mistake("apply: {memory: 1GB", 2, 1, key: nil, says: "not valid YAML"),
    Mistake("a: b: c", 1, 5, key: nil, says: "not valid YAML"),
    Mistake("slot: *nowhere", 1, 7, key: nil, says: "not valid YAML"),
    // What this version cannot do yet
    Mistake("apply: {workers: 2}", 1, 18, key: "apply.workers", says: "this version", "only '1'"),
    Mistake("schema: {validation_interval: 5ms}", 1, 31, key: "schema.validation_interval", says: "from 100ms"),
    Mistake(
      "schema: {auto_migrate_types: [create_table]}", 1, 30, key: "schema.auto_migrate_types",
      says: "only add_column, safe_type_change, rename_column, drop_column"),
    Mistake(
      "schema: {auto_migrate_types: [drop_colum]}", 1, 30, key: "schema.auto_migrate_types",
      says: "did you mean 'drop_column'?"),
  ]

  @Test("each mistake", arguments: mistakes)
  func mistake(_ mistake: Mistake) {
    let reader = ConfigurationFileReader(path: "pgsyncd.yaml", environment: [:])
    let error = #expect(throws: ConfigurationError.self) { try reader.layer(of: mistake.yaml) }
    guard let error else { return }
    #expect(error.origin == .file(path: "pgsyncd.yaml", line: mistake.line, column: mistake.column))
    #expect(error.key == mistake.key)
    for part in mistake.says { #expect(error.description.contains(part), "\(error)") }
    #expect(error.description.hasPrefix("pgsyncd.yaml:\(mistake.line):\(mistake.column): "))
  }

  @Test("no error shows what a variable or a connection string holds")
  func secrets() {
    let environment = ["SECRET": "swordfish"]
    let reader = ConfigurationFileReader(path: "f", environment: environment)
    for yaml in ["log: {level: \"${SECRET}\"}", "apply: {memory: \"${SECRET}\"}", "pipeline: \"${SECRET}!\""] {
      let error = #expect(throws: ConfigurationError.self) { try reader.layer(of: yaml) }
      #expect(error?.description.contains("swordfish") == false)
      #expect(error?.description.contains("${SECRET}") == true)
    }
    let string = ConnectionString(secretText: "postgresql://u:swordfish@h/d", origin: .flag("--source"))
    var dumped = ""
    dump(string, to: &dumped)
    #expect(!"\(string) \(String(reflecting: string)) \(dumped)".contains("swordfish"))
  }

  @Test("the batch may not be larger than the memory")
  func batchAboveMemory() throws {
    let file = try ConfigurationFileReader(path: "f", environment: [:])
      .layer(of: "apply: {max_batch_bytes: 64MB, memory: 32MB}")
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration(flags: SettingLayer(), environment: SettingLayer(), file: file)
    }
    #expect(
      error?.description == "f:1:26: 'apply.max_batch_bytes' (64MB) is more than 'apply.memory' (32MB). "
        + "Allowed: a size up to 'apply.memory'")
  }
}
