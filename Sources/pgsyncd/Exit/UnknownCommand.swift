import ArgumentParser
import SyncConfiguration

/// A first word that is no command: the argument parser reports it as a surplus argument, which says little.
enum UnknownCommand {
  /// What to say if the arguments begin with such a word; nil if they do not.
  static func failure(arguments: [String]) -> CommandFailure? {
    var command: any ParsableCommand.Type = Pgsyncd.self
    for word in arguments {
      let subcommands = command.configuration.subcommands
      guard !subcommands.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
      var names: [String] = []
      var inner: (any ParsableCommand.Type)?
      for subcommand in subcommands {
        let name = subcommand.configuration.commandName ?? ""
        names.append(name)
        if name == word { inner = subcommand }
      }
      guard let inner else {
        let nearest = NearestName.likely(for: word, among: names).map { "; did you mean '\($0)'?" } ?? ""
        return .usage("unknown command '\(word)'\(nearest)", hint: "the commands are " + names.joined(separator: ", "))
      }
      command = inner
    }
    return nil
  }
}
