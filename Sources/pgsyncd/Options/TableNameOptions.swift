import ArgumentParser

/// Tables named one by one.
struct TableNameOptions: ParsableArguments {
  @Option(
    name: .customLong("table"),
    help: ArgumentHelp("The table: schema.table, or table for one in schema public; repeatable.", valueName: "table"))
  var tables: [String] = []
}
