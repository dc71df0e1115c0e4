internal import CLibPQ
import Glibc

/// Reads connection strings with `PQconninfoParse` and turns its complaints into ones that quote nothing.
enum ConninfoParser {
  static func values(in conninfo: String) throws(PostgresError) -> [String: String] {
    if conninfo.utf8.contains(0) { throw malformed("it contains a NUL byte") }
    var complaint: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(conninfo, &complaint) else {
      let text = complaint.map { String(cString: $0) } ?? "out of memory"
      PQfreemem(complaint)
      throw malformed(ConninfoComplaint.withoutQuotations(text))
    }
    defer { PQconninfoFree(options) }
    let values = ConninfoOptions.values(options)
    if let reason = misreading(conninfo, values) { throw malformed(reason) }
    return values
  }

  /// libpq accepts some strings in which a special character of the password was not percent-encoded and takes a part
  /// of the password for a host, a port or a database; the connection's errors would then print it.
  private static func misreading(_ conninfo: String, _ values: [String: String]) -> String? {
    for port in (values["port"] ?? "").split(separator: ",") where UInt16(port) == nil {
      return "the port is not a number between 1 and 65535"
    }
    guard let schemeEnd = conninfo.firstRange(of: "://") else { return nil }
    let afterScheme = conninfo[schemeEnd.upperBound...]
    let beforeQuery = afterScheme.prefix { $0 != "?" }
    guard beforeQuery.count(where: { $0 == "@" }) <= 1, !(values["host"] ?? "").contains("@"),
      hasCredentialsOnlyInAuthority(beforeQuery)
    else {
      return "an '@' stands where none is expected; write '@' as %40, '/' as %2F, ':' as %3A inside a user or password"
    }
    return nil
  }

  private static func hasCredentialsOnlyInAuthority(_ text: Substring) -> Bool {
    guard let at = text.firstIndex(of: "@"), let slash = text.firstIndex(of: "/") else { return true }
    return at < slash
  }

  private static func malformed(_ reason: String) -> PostgresError {
    PostgresError(
      kind: .usage, message: "malformed connection string: \(reason)",
      hint: "use postgresql://user:password@host:port/database or host=… port=… dbname=… user=…", endpoint: "")
  }
}
