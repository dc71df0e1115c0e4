/// The five-character code of an error or warning (appendix A, errcodes-appendix).
public struct SQLState: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  /// The code, five digits and upper-case letters.
  public var rawValue: String

  /// Wraps a code as the server sent it.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The code itself.
  public var description: String { rawValue }

  /// The first two characters: the class of the condition.
  public var conditionClass: String { String(rawValue.prefix(2)) }

  /// `unique_violation`
  public static let uniqueViolation = SQLState(rawValue: "23505")
  /// `insufficient_privilege`
  public static let insufficientPrivilege = SQLState(rawValue: "42501")
  /// `undefined_table`
  public static let undefinedTable = SQLState(rawValue: "42P01")
  /// `undefined_object`
  public static let undefinedObject = SQLState(rawValue: "42704")
  /// `duplicate_object`
  public static let duplicateObject = SQLState(rawValue: "42710")
  /// `feature_not_supported`; also «cached plan must not change result type»
  public static let featureNotSupported = SQLState(rawValue: "0A000")
  /// `object_in_use`: the slot is active for another process
  public static let objectInUse = SQLState(rawValue: "55006")
  /// `lock_not_available`: `lock_timeout` ran out
  public static let lockNotAvailable = SQLState(rawValue: "55P03")
  /// `query_canceled`: `statement_timeout` ran out, or a cancel request
  public static let queryCanceled = SQLState(rawValue: "57014")
  /// `serialization_failure`
  public static let serializationFailure = SQLState(rawValue: "40001")
  /// `deadlock_detected`
  public static let deadlockDetected = SQLState(rawValue: "40P01")
}
