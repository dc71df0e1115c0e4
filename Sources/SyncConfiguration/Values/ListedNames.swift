/// Names that a flag takes together, separated by commas.
enum ListedNames {
  /// The names one by one, without blanks around them. A comma in double quotes or in parentheses does not count:
  /// `"a,b".c,t.price:numeric(10,2)` is two names.
  static func split(_ text: String) -> [String] {
    var names: [String] = []
    var name = ""
    var isQuoted = false
    var depth = 0
    for character in text {
      if character == "," && !isQuoted && depth == 0 {
        names.append(name)
        name = ""
        continue
      }
      switch character {
      case "\"": isQuoted.toggle()
      case "(" where !isQuoted: depth += 1
      case ")" where !isQuoted: depth = max(0, depth - 1)
      default: break
      }
      name.append(character)
    }
    names.append(name)
    return names.map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
  }
}
