import LibPQ
import PostgresClusters
import PostgresTypes
import SchemaDrift
import Testing

@testable import SyncEngine

/// The type lattice against a real server: what it calls lossless gives every value back, what it calls lossy has a value
/// that does not come back, and the witness in its message is such a value. Values are written by the expression that
/// the engine uses.
@Suite("The type lattice on a server")
struct LatticeServerTests {
  @Test("every pair of types does what the lattice says")
  func everyPair() throws {
    let bench = try LatticeBench(timezone: "UTC")
    defer { bench.close() }
    var lines: [String] = []
    var failures: [String] = []
    var witnesses = 0
    for row in bench.types.indices {
      var symbols = ""
      for trial in try bench.trials(of: row) {
        symbols += Self.symbol(trial.conversion)
        let pair = "\(trial.source.sqlName) → \(trial.target.sqlName): "
        if let complaint = Self.complaint(trial) { failures.append(pair + complaint) }
        guard let witness = trial.witness else { continue }
        witnesses += 1
        if trial.seen != witness.result {
          failures.append(pair + "\(witness.text), but seen \(trial.seen ?? "refused")")
        }
      }
      lines.append(bench.types[row].sqlName.padded(to: 30) + symbols)
    }
    print(lines.joined(separator: "\n"))
    print(
      "= identical  < lossless  ? conditional  ! lossy  x impossible; \(bench.types.count * bench.types.count) pairs")
    #expect(failures.isEmpty, "\(failures.count):\n\(failures.joined(separator: "\n"))")
    #expect(bench.types.count >= 25 && witnesses > 200, "\(witnesses) witnesses were tried")
  }

  private static func symbol(_ conversion: TypeConversion) -> String {
    switch conversion {
    case .identical: "="
    case .widening: "<"
    case .conditional: "?"
    case .lossy: "!"
    case .impossible: "x"
    }
  }

  /// What is wrong with the lattice's word on a pair, if anything.
  private static func complaint(_ trial: LatticeTrial) -> String? {
    if trial.misjudged > 0 {
      return "the check of single values errs for \(trial.misjudged): \(trial.misjudgedExample)"
    }
    switch trial.conversion {
    case .identical, .widening, .conditional:
      // A date that no timestamp can hold is refused, and nothing is lost by that.
      let isDate = trial.source.name.name == "date" && trial.target.name.name.hasPrefix("timestamp")
      if trial.changed > 0 { return "changes \(trial.example)" }
      if trial.refused > 0, !isDate { return "refuses \(trial.example)" }
      return trial.survived < 2 ? "was tried with \(trial.survived) values only" : nil
    case .lossy:
      let isLossless = trial.changed + trial.refused == 0 && !losesMeaning(trial.source, trial.target)
      return isLossless ? "gives all \(trial.survived) values back" : nil
    case .impossible: return nil
    }
  }

  /// True for what comes back where both sides read it the same way, and is called lossy all the same: a moment that has
  /// lost its zone, an amount that is read by `lc_monetary`, truth values that became numbers.
  private static func losesMeaning(_ source: TypeReference, _ target: TypeReference) -> Bool {
    let moments = ["timestamptz", "tstzrange", "_timestamptz", "zoned_pair"]
    let times = ["timestamp", "tsrange", "_timestamp", "timed_pair"]
    return switch (source.name.name, target.name.name) {
    case (let from, let into) where moments.contains(from) && times.contains(into): true
    case ("money", "numeric"), ("numeric", "money"), ("int4", "money"), ("int8", "money"), ("bool", "int4"): true
    default: false
    }
  }
}

/// A witness of the lattice that is a literal value: `19.99 → 20`, `'abcdef' → 'abcde'`, `32768 → refused`.
struct WitnessExample {
  var value: String
  /// Nil: refused.
  var result: String?

  /// As the message has it.
  var text: String

  /// Nil for a witness in words, and for what is not lossy.
  init?(of conversion: TypeConversion) {
    guard case .lossy(_, let witness?) = conversion else { return nil }
    text = witness
    let parts = witness.split(separator: " → ", maxSplits: 1).map(String.init)
    guard parts.count == 2, !parts[1].hasPrefix("the first"), !parts[1].hasPrefix("refused "),
      !parts[0].hasPrefix("text of "), !parts[0].hasPrefix("another length"), !parts[0].hasPrefix("a "),
      !parts[0].hasSuffix(" letters")
    else { return nil }
    value = Self.unquoted(parts[0])
    result = parts[1] == "refused" ? nil : Self.unquoted(parts[1])
  }

  private static func unquoted(_ text: String) -> String {
    text.count >= 2 && text.hasPrefix("'") && text.hasSuffix("'") && !text.contains("' '")
      ? String(text.dropFirst().dropLast()) : text
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
