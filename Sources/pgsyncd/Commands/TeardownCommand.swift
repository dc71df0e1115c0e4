import ArgumentParser
import Foundation
import Observability
import SyncEngine

/// `pgsyncd teardown`
struct TeardownCommand: OperatorCommand {
  static let configuration = CommandConfiguration(
    commandName: "teardown",
    abstract: "Removes a pipeline: its slot, its publication and its rows in the catalog.",
    usage: "pgsyncd teardown [--yes] [options]",
    discussion: """
      The replicated tables and their rows stay as they are. Parked changes are lost. Asks first, unless --yes is given; \
      refuses while the service runs.
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  func perform(_ context: CommandContext) async throws -> ExitStatus {
    guard yes || Terminal.isTerminal(STDIN_FILENO) else {
      throw CommandFailure.usage(
        "teardown asks before it removes anything, and there is no terminal to ask on", hint: "add --yes to go on")
    }
    let options = try context.pipelineOptions()
    let (source, target) = (try context.connectSource(), try context.connectTarget())
    defer {
      source.close()
      target.close()
    }
    if try LeadershipLock(pipeline: options.pipeline).holder(target) != nil {
      throw CommandFailure(
        .failed, "the service of the pipeline \(options.pipeline) is running; nothing was removed",
        hint: "stop it first (SIGTERM)")
    }
    let teardown = Teardown(options: options, source: source, target: target)
    let inventory = try teardown.inventory()
    guard !inventory.isEmpty else {
      StandardStream.print("There is nothing of a pipeline \(options.pipeline) to remove.")
      return .done
    }
    let items = Self.items(inventory, options)
    guard yes || Self.confirms(items) else {
      StandardStream.print("Nothing was removed.")
      return .done
    }
    try teardown.run(inventory)
    StandardStream.print(items.map { "Removed " + $0 })
    return .done
  }

  private static func items(_ inventory: Teardown.Inventory, _ options: PipelineOptions) -> [String] {
    var items: [String] = []
    if let slot = inventory.slot { items.append("the replication slot \(slot) on the source") }
    if let publication = inventory.publication {
      items.append("the publication \(DisplayText.harmless(publication)) on the source")
    }
    if inventory.hasPipeline {
      let parked =
        inventory.parkedChanges == 0 ? "" : " with \(Quantity.count(inventory.parkedChanges, "parked change"))"
      items.append("the pipeline \(options.pipeline) in the target's catalog\(parked)")
    }
    return items
  }

  private static func confirms(_ items: [String]) -> Bool {
    StandardStream.write("This removes:\n" + items.map { "  \($0)\n" }.joined(), to: STDERR_FILENO)
    StandardStream.write("Go on? [y/N] ", to: STDERR_FILENO)
    return ["y", "yes"].contains(readLine()?.lowercased())
  }
}
