/// What can be said on the command line.
struct DemoOptions {
  static let usage = """
    usage: pgsyncd-demo [--seed NUMBER] [--tamper]

      --seed NUMBER  decides what the generated traffic does (default 42)
      --tamper       changes one value on the target behind pgsyncd's back before the comparison, which must
                     then find it: shows that the comparison can fail
    """

  var seed: UInt64 = 42
  var tampers = false

  /// Nil if the arguments are not to be understood.
  init?(_ arguments: [String]) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--tamper":
        tampers = true
      case "--seed":
        guard let number = rest.popFirst().flatMap({ UInt64($0) }) else { return nil }
        seed = number
      default:
        return nil
      }
    }
  }
}
