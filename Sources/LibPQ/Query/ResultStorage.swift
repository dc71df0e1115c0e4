internal import CLibPQ
import Glibc

/// Owns one `PGresult`.
final class ResultStorage {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQclear(pointer) }

  var status: ExecStatusType { PQresultStatus(pointer) }

  func errorField(_ field: ErrorField) -> String? {
    PQresultErrorField(pointer, field.rawValue).map { String(cString: $0) }
  }

  /// The count in the command tag; 0 for commands that have none.
  var rowsAffected: Int {
    guard let digits = PQcmdTuples(pointer) else { return 0 }
    return Int(atoll(digits))
  }
}
