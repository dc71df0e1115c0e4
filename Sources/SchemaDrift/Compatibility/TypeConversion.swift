/// What happens to a value on its way from a type of the source to a type of the target.
public enum TypeConversion: Hashable, Sendable {
  /// The types are the same.
  case identical
  /// Every value survives: source → text → target → text → source gives it back.
  case widening
  /// Every value survives if the condition holds.
  case conditional(ConversionCondition)
  /// Some value is rounded, cut, shifted or refused. The witness is one: `19.99 → 20`.
  case lossy(why: String, witness: String?)
  /// Values of the source's type are not values of the target's.
  case impossible(why: String)
}
