import PostgresTypes
import SchemaDrift
import Testing

@testable import SyncConfiguration

@Suite("The schema section of pgsyncd.yaml")
struct SchemaSectionTests {
  private func configuration(
    _ yaml: String, flags: SettingLayer = SettingLayer(), environment: [String: String] = [:]
  ) throws -> Configuration {
    try Configuration(
      flags: flags, environment: SettingLayer(environment: environment),
      file: ConfigurationFileReader(path: "pgsyncd.yaml", environment: environment).layer(of: yaml))
  }

  private static let users = QualifiedName(schema: "public", name: "users")

  @Test(
    "every key reaches the policy",
    arguments: [
      ("validation: permissive", DriftPolicy(validation: .permissive)),
      ("validation: disabled", DriftPolicy(validation: .disabled)),
      ("source_added_columns: skip", DriftPolicy(sourceAddedColumns: .skip)),
      ("source_added_columns: stop_on_value", DriftPolicy(sourceAddedColumns: .stopOnValue)),
      ("source_removed_columns: null", DriftPolicy(sourceRemovedColumns: .null)),
      ("type_mismatches: cast_if_exact", DriftPolicy(typeMismatches: .castIfExact)),
      ("target_added_columns: stop", DriftPolicy(targetAddedColumns: .stop)),
      ("source_removed_columns: preserve", DriftPolicy(sourceRemovedColumns: .preserve)),
      ("type_mismatches: cast_if_safe", DriftPolicy(typeMismatches: .castIfSafe)),
      ("type_mismatches: cast_always", DriftPolicy(typeMismatches: .castAlways)),
      ("safe_casts_allowed: false", DriftPolicy(safeCastsAllowed: false)),
      ("timezone: Europe/Berlin", DriftPolicy(timezone: "Europe/Berlin")),
    ])
  func keys(line: String, policy: DriftPolicy) throws {
    #expect(try configuration("schema:\n  \(line)").policies.policy(for: Self.users) == policy)
    let entry = try configuration("schema:\n  table_overrides:\n    - table: users\n      \(line)").policies
    #expect(entry.policy(for: Self.users) == policy)
    #expect(entry.policy(for: QualifiedName(schema: "shop", name: "users")) == .strict)
  }

  @Test("overrides of single tables, with their places")
  func tableOverrides() throws {
    let yaml = """
      schema:
        source_added_columns: skip
        table_overrides:
          - table: public.audit_logs
            skip_columns: [user_ip, "user agent"]
            source_added_columns: stop
          - table: '"My"."Products"'
            allow_type_cast: {price: integer, "a b": "numeric(10,2)"}
            preserve_columns: ["${COLUMN}"]
      """
    let configuration = try configuration(yaml, environment: ["COLUMN": "old"])
    let logs = configuration.policies.policy(for: QualifiedName(schema: "public", name: "audit_logs"))
    #expect(logs == DriftPolicy(skipColumns: ["user_ip", "user agent"]))
    let products = configuration.policies.policy(for: QualifiedName(schema: "My", name: "Products"))
    #expect(products.allowTypeCasts == ["price": "integer", "a b": "numeric(10,2)"])
    #expect(products.preserveColumns == ["old"] && products.sourceAddedColumns == .skip)
    let place = configuration.fileOverrides.tables.first { $0.column == "user agent" }?.origin
    #expect(place == .file(path: "pgsyncd.yaml", line: 5, column: 31))
  }

  @Test("a flag stands above the file, and the file's columns stay named")
  func precedence() throws {
    var flags = OverrideFlags()
    flags.schemaValidation = "strict"
    flags.skipColumns = ["users.fax"]
    flags.allowTypeCast = ["users.price:integer"]
    var layer = SettingLayer()
    try layer.set(flags)
    let yaml = """
      schema:
        validation: permissive
        table_overrides: [{table: users, validation: disabled, skip_columns: [phone, price]}]
      """
    let policy = try configuration(yaml, flags: layer).policies.policy(for: Self.users)
    #expect(policy.validation == .strict)
    #expect(policy.skipColumns == ["fax", "phone"], "the cast that the flag allows ends the file's skip")
    #expect(policy.allowTypeCasts == ["price": "integer"])
  }

  @Test("the other settings keep their defaults")
  func defaults() throws {
    let configuration = try configuration("")
    #expect(configuration.policies == PolicyBook())
    #expect(configuration.validationInterval == .seconds(60) && !configuration.autoResume)
    #expect(configuration.migration == MigrationPolicy() && !configuration.resyncsAtParkingLimit)
    #expect(configuration.metricsNamespace.isEmpty && configuration.metricsDeployment.isEmpty)
  }
}
