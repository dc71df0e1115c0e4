import ArgumentParser
import Foundation
import LibPQ
import LogicalReplication
import Observability
import SyncEngine
import UnixSignals

/// `pgsyncd status`
struct StatusCommand: OperatorCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows how every table fares.",
    usage: "pgsyncd status [--table T]... [--json | --watch] [options]",
    discussion: """
      Reads the catalog in the target, so it works from any machine, with the service up or down. If the source is \
      given and answers within two seconds, figures of the slot are its own; else they are those of the service's last \
      sign of life.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var names: TableNameOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Show it again every two seconds, until interrupted.")
  var watch = false

  func validate() throws {
    if watch, output.isJSON { throw ValidationError("--watch shows text for a person; it does not go with JSON") }
  }

  func perform(_ context: CommandContext) async throws -> ExitStatus {
    let reading = try StatusReading(context)
    if watch {
      try await StatusWatch(reading: reading, names: names.tables, context: context).run()
      return .done
    }
    let status = try Self.selected(reading.read(), names.tables)
    if output.isJSON {
      StandardStream.print(try JSONText.pretty(status))
    } else {
      StandardStream.print(StatusText(status, style: context.outputStyle).lines)
    }
    return .done
  }

  /// The status with the named tables only; with all if none is named.
  static func selected(_ status: PipelineStatus, _ names: [String]) throws(CommandFailure) -> PipelineStatus {
    guard !names.isEmpty else { return status }
    var selected = status
    selected.tables = try TableLookup(tables: status.tables).tables(named: names)
    return selected
  }
}
