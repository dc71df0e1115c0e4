import Testing

@testable import SyncConfiguration

@Suite("Settings: flag before environment before file before default")
struct ConfigurationResolutionTests {
  private func file(_ yaml: String, environment: [String: String] = [:]) throws -> SettingLayer {
    try ConfigurationFileReader(path: "pgsyncd.yaml", environment: environment).layer(of: yaml)
  }

  private func resolved(
    flags: SettingLayer = SettingLayer(), environment: [String: String] = [:], _ yaml: String = ""
  ) throws -> Configuration {
    try Configuration(
      flags: flags, environment: SettingLayer(environment: environment), file: file(yaml, environment: environment))
  }

  @Test("nothing said: the documented defaults")
  func defaults() throws {
    let configuration = try resolved()
    #expect(configuration.source == nil && configuration.target == nil)
    #expect(configuration.pipeline == "pgsyncd")
    #expect(configuration.publication == "pgsyncd" && configuration.slot == "pgsyncd")
    #expect(configuration.tables == TableSelection())
    #expect(configuration.copyWorkers == 4 && configuration.splitTablesLargerThanBytes == 1 << 30)
    #expect(configuration.batchBytesMax == 16 << 20 && configuration.memoryBytes == 256 << 20)
    #expect(configuration.parkingBytesMax == 10 << 30)
    #expect(configuration.httpListen == .address("127.0.0.1:9187") && !configuration.isHTTPListenGiven)
    #expect(configuration.logLevel == .info && configuration.logFormat == .text)
  }

  @Test("the documented file, with every key at its default, is accepted")
  func documentedFile() throws {
    let yaml = """
      source: ${PGSYNCD_SOURCE}
      target: ${PGSYNCD_TARGET}
      pipeline: pgsyncd
      publication: pgsyncd
      slot: pgsyncd
      tables: {include: ["public.*"], exclude: []}
      copy: {workers: 4, split_tables_larger_than: 1GB}
      apply: {workers: 1, max_batch_bytes: 16MB, memory: 256MB}   # 1: transactionally consistent
      parking: {max_bytes: 10GB, on_limit: stop}
      schema:
        validation: strict
        validation_interval: 1min
        source_added_columns: stop
        target_added_columns: allow
        source_removed_columns: stop
        type_mismatches: stop
        safe_casts_allowed: true
        new_tables: stop
        timezone: UTC
        auto_resume: false
        auto_migrate: false
        auto_migrate_types: [safe_type_change, add_column]
        require_approval: true
        table_overrides: []
      http: {listen: 127.0.0.1:9187}
      metrics: {namespace: "", deployment: ""}
      log: {level: info, format: text}
      """
    let environment = ["PGSYNCD_SOURCE": "host=a", "PGSYNCD_TARGET": "host=b"]
    let configuration = try resolved(environment: environment, yaml)
    #expect(configuration.source?.secretText == "host=a")
    #expect(configuration.tables == TableSelection(include: ["public.*"], exclude: []))
    #expect(configuration.isHTTPListenGiven)
  }

  @Test("each level stands above the one below it")
  func precedence() throws {
    let yaml = "source: file\ntarget: file\nslot: file_slot\nlog: {level: error}"
    #expect(try resolved(yaml).source?.secretText == "file")
    let environment = ["PGSYNCD_SOURCE": "environment", "PGSYNCD_TARGET": ""]
    var configuration = try resolved(environment: environment, yaml)
    #expect(configuration.source?.secretText == "environment")
    #expect(configuration.source?.origin == .environment("PGSYNCD_SOURCE"))
    #expect(configuration.target?.secretText == "file", "a variable that is set to nothing is not set")
    #expect(configuration.target?.origin == .file(path: "pgsyncd.yaml", line: 2, column: 9))
    var flags = SettingLayer()
    flags.set(.source, "flag", flag: "--source")
    flags.set(.slot, "flag_slot", flag: "--slot")
    flags.set(.logLevel, nil, flag: "--log-level")
    configuration = try resolved(flags: flags, environment: environment, yaml)
    #expect(configuration.source?.secretText == "flag" && configuration.source?.origin == .flag("--source"))
    #expect(configuration.slot == "flag_slot" && configuration.logLevel == .error)
  }

  @Test("publication and slot follow the pipeline's name")
  func namesOfPipeline() throws {
    let other = try resolved("pipeline: shop")
    #expect(other.publication == "pgsyncd_shop" && other.slot == "pgsyncd_shop")
    let given = try resolved("pipeline: shop\npublication: Mine\nslot: mine")
    #expect(given.publication == "Mine" && given.slot == "mine")
  }

  @Test("a variable that is not set matters only if the setting is needed")
  func unsetVariable() throws {
    let yaml = "source: ${NOPE}\ntarget: t"
    var flags = SettingLayer()
    flags.set(.source, "flag", flag: "--source")
    #expect(try resolved(flags: flags, yaml).source?.secretText == "flag")
    let error = #expect(throws: ConfigurationError.self) { try resolved(yaml) }
    #expect(
      error?.description == "pgsyncd.yaml:1:9: 'source' refers to the environment variable NOPE, which is not set")
  }

  @Test("a bad flag is named with what it takes")
  func badFlag() {
    var flags = SettingLayer()
    flags.set(.pipeline, "A B", flag: "--pipeline")
    let error = #expect(throws: ConfigurationError.self) { try resolved(flags: flags) }
    #expect(
      error?.description
        == "--pipeline: bad value 'A B' for 'pipeline'. Allowed: 1 to 40 of the characters a-z, 0-9 and _")
  }

  @Test("a database that is not given is asked for by all its names")
  func missing() throws {
    let configuration = try resolved()
    let error = #expect(throws: ConfigurationError.self) { try configuration.requiredSource() }
    #expect(error?.description.contains("--source") == true && error?.description.contains("PGSYNCD_SOURCE") == true)
    #expect(throws: ConfigurationError.self) { try configuration.requiredTarget() }
  }

  @Test("lists of tables: several flags, commas, quoted names")
  func tableLists() throws {
    var flags = SettingLayer()
    flags.set(.tablesInclude, list: ["a, b.c", "\"we,ird\".\"x\"\"y\""], flag: "--tables")
    #expect(try resolved(flags: flags).tables.include == ["a", "b.c", "\"we,ird\".\"x\"\"y\""])
    flags.set(.tablesInclude, list: ["a,"], flag: "--tables")
    #expect(throws: ConfigurationError.self) { try resolved(flags: flags) }
  }

  @Test("a file that is named must exist; one that is not is left out")
  func files() throws {
    let none = try ConfigurationFile.read(named: nil, environment: [:], defaults: ["/nonexistent/pgsyncd.yaml"])
    #expect(none.settings.isEmpty)
    let error = #expect(throws: ConfigurationError.self) {
      try ConfigurationFile.read(named: "/nonexistent/my.yaml", environment: [:])
    }
    #expect(error?.description == "--config: the configuration file '/nonexistent/my.yaml' does not exist")
    #expect(throws: ConfigurationError.self) { try ConfigurationFile.read(named: "/", environment: [:]) }
  }
}
