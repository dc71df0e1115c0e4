/// Floating-point numbers as PostgreSQL puts them out.
enum FloatText {
  /// A `real` that is finite and not zero.
  static func text(_ value: Float) -> String { text(value.description, plainDigits: 6) }

  /// A `double precision` that is finite and not zero.
  static func text(_ value: Double) -> String { text(value.description, plainDigits: 15) }

  /// Both write the fewest digits that give the number back; they differ in where the exponent begins
  /// (`float4out`, `float8out` with `extra_float_digits` above 0).
  private static func text(_ description: String, plainDigits: Int) -> String {
    let isNegative = description.hasPrefix("-")
    let parts = description.drop { $0 == "-" }.split(separator: "e")
    let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = String(halves[0])
    let fraction = halves.count > 1 ? String(halves[1]) : ""
    var figures = Substring(whole + fraction)
    var exponent = whole.count - 1 + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    while figures.count > 1, figures.hasPrefix("0") {
      figures.removeFirst()
      exponent -= 1
    }
    while figures.count > 1, figures.hasSuffix("0") { figures.removeLast() }
    let all = String(figures)
    let point = exponent + 1
    let text: String
    if exponent < -4 || exponent >= plainDigits {
      let size = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
      let rest = all.count > 1 ? ".\(all.dropFirst())" : ""
      text = "\(all.prefix(1))\(rest)e\(exponent < 0 ? "-" : "+")\(size)"
    } else if exponent < 0 {
      text = "0." + String(repeating: "0", count: -point) + all
    } else if all.count <= point {
      text = all + String(repeating: "0", count: point - all.count)
    } else {
      text = "\(all.prefix(point)).\(all.dropFirst(point))"
    }
    return (isNegative ? "-" : "") + text
  }
}
