import ArgumentParser

/// `pgsyncd schema`
struct SchemaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Compares the schemas of source and target, and aligns them.",
    subcommands: [
      SchemaValidateCommand.self, SchemaDiffCommand.self, SchemaSyncCommand.self, SchemaHistoryCommand.self,
      SchemaApproveCommand.self, SchemaCheckCommand.self,
    ])
}
