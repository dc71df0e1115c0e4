/// What a comparison of a table's two sides came to, in the four words of the metrics. They are an interface.
public enum ValidationResult: String, Hashable, Sendable, CaseIterable {
  /// Nothing was found that an operator has to know.
  case pass
  /// The table goes on, with something to say.
  case warning
  /// The table stops, although no value of the source is in danger: the policy wants to be asked, or the target would
  /// refuse the row and not change it.
  case failSafe = "fail_safe"
  /// The table stops because going on could lose or change values.
  case failUnsafe = "fail_unsafe"
}

extension CompatibilityVerdict {
  /// The verdict in the words of the metrics.
  public var validationResult: ValidationResult {
    switch outcome {
    case .compatible: .pass
    case .warning: .warning
    case .blocked: decisiveFindings.allSatisfy(\.reason.sparesValues) ? .failSafe : .failUnsafe
    }
  }
}

extension ReasonCode {
  /// True if going on in spite of this would be refused by the target or change nothing, but never lose a value.
  var sparesValues: Bool {
    switch self {
    case .safeCast, .targetAddedColumn, .targetNotNull, .targetStricter: true
    default: false
    }
  }
}
