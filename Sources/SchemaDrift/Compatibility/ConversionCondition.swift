/// What a conditional conversion depends on.
public enum ConversionCondition: Hashable, Sendable {
  /// Wall-clock times are read in the one declared time zone (`schema.timezone`).
  case declaredTimeZone(String)
  /// Safe for every value, but the column changes its nature (anything → text): only when the operator asks for it.
  case explicitRequest(why: String)

  /// The condition as a sentence.
  public var why: String {
    switch self {
    case .declaredTimeZone(let zone): "Times without a zone are read in the declared time zone (\(zone))."
    case .explicitRequest(let why): why
    }
  }
}
