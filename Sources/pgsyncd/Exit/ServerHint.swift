import LibPQ
import PostgresTypes

/// What an operator can do when a server does not let pgsyncd in and says nothing helpful itself.
enum ServerHint {
  /// A sentence; nil if there is nothing to add.
  static func hint(for error: PostgresError) -> String? {
    guard let sqlState = error.sqlState else { return nil }
    switch sqlState.rawValue {
    case "08001", "08004", "08006":
      return "is the server running, and does it accept connections there? Check host, port, listen_addresses, "
        + "pg_hba.conf and firewalls"
    case "28P01": return "check the password: in the URI, in PGPASSWORD or in ~/.pgpass"
    case "28000": return "check the role's name and pg_hba.conf; the role needs LOGIN"
    case "3D000": return "check the database's name; psql -l lists the databases of a server"
    case "53300": return "the server has no connection left: raise max_connections, or end idle sessions"
    case "57P03": return "the server is starting or stopping; try again in a moment"
    case "42501": return "the role lacks a privilege; 'pgsyncd setup' names what is missing"
    default: return nil
    }
  }
}
