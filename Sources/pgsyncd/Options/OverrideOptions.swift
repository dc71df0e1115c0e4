import ArgumentParser
import SyncConfiguration

/// What the operator allows when the two schemas differ. The same can stand in the `schema` section of `pgsyncd.yaml`.
struct OverrideOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Leave columns of the source out. Repeatable, or separated by commas; T is schema.table, or table in public.",
      valueName: "T.C"))
  var skipColumns: [String] = []

  @Option(
    help: ArgumentHelp("Keep columns and their values on the target that the source has dropped.", valueName: "T.C"))
  var preserveColumns: [String] = []

  @Option(
    help: ArgumentHelp(
      "Set columns of the target to NULL, in rows that change, that the source has dropped.", valueName: "T.C"))
  var nullRemovedColumns: [String] = []

  @Option(
    help: ArgumentHelp(
      "Cast a column's values to the target's type although they may change.", valueName: "T.C:TYPE"))
  var allowTypeCast: [String] = []

  @Flag(help: "Cast all values to the target's types although they may change; needs --force.")
  var allowAllTypeCasts = false

  @Option(
    help: ArgumentHelp(
      "Allow a kind of drift in all tables; type_casts and all need --force.",
      valueName: "source_superset|target_superset|type_casts|all"))
  var allowSchemaDrift: [String] = []

  @Option(
    help: ArgumentHelp(
      "How strictly schemas are compared (default: strict); disabled needs --force.",
      valueName: "strict|warn-only|disabled"))
  var schemaValidation: String?

  @Flag(help: "Confirm an override that can lose values in every table.")
  var force = false

  /// Adds these flags to a layer of settings.
  func add(to layer: inout SettingLayer) throws(ConfigurationError) {
    var flags = OverrideFlags()
    flags.skipColumns = skipColumns
    flags.preserveColumns = preserveColumns
    flags.nullRemovedColumns = nullRemovedColumns
    flags.allowTypeCast = allowTypeCast
    flags.allowAllTypeCasts = allowAllTypeCasts
    flags.allowSchemaDrift = allowSchemaDrift
    flags.schemaValidation = schemaValidation
    flags.force = force
    try layer.set(flags)
  }
}
