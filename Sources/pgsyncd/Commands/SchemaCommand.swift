import ArgumentParser

/// `pgsyncd schema`
struct SchemaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Compares the schemas of source and target.",
    subcommands: [SchemaValidateCommand.self, SchemaDiffCommand.self])
}
