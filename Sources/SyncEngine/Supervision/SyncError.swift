import LibPQ
import PGOutput
import PostgresTypes

/// Why a pipeline cannot go on.
public enum SyncError: Error, Sendable {
  /// A server refused something or went away.
  case postgres(PostgresError, during: String)
  /// The stream held something that the protocol does not allow.
  case malformedStream(PGOutputError, after: LSN)
  /// The stream held something that the engine cannot place.
  case inconsistentStream(String, after: LSN)
  /// Going on could lose changes or apply them twice.
  case refused(what: String, why: String, fix: String)
  /// A transaction that was applied in pieces has to be read again; what was learned of it is kept.
  case restart(String)
  /// Another process has taken the pipeline over.
  case fenced
  /// The system had no room for a thread.
  case thread(ThreadError)
  /// A stored row of the catalog does not say what it should.
  case catalog(String)

  /// True if a new connection may help: the service tries again by itself.
  public var isRetryable: Bool {
    switch self {
    case .postgres(let error, _):
      if error.endsConnection { return true }
      // Insufficient resources, object in use, operator intervention, system error, rollback: these pass.
      return error.sqlState.map { ["53", "55", "57", "58", "40"].contains($0.conditionClass) } ?? false
    case .malformedStream, .inconsistentStream, .fenced, .restart: return true
    case .refused, .thread, .catalog: return false
    }
  }
}

extension SyncError {
  /// The refusal to go on with a publication that was dropped or emptied.
  static func publicationSendsNothing(_ publication: String) -> SyncError {
    .refused(
      what: "the publication \(SQLIdentifier.quoted(publication)) sends no table",
      why: "it was dropped or emptied: changes made since then did not and do not reach the slot's reader",
      fix: "create it again with the tables of this pipeline, then check the rows; see pgsyncd status for the tables")
  }
}

extension SyncError: CustomStringConvertible {
  /// What happened, for an operator; no values, no passwords.
  public var description: String {
    switch self {
    case .postgres(let error, let during): "\(during): \(error)"
    case .malformedStream(let error, let lsn): "malformed message in the stream after \(lsn): \(error)"
    case .inconsistentStream(let what, let lsn): "inconsistent stream after \(lsn): \(what)"
    case .refused(let what, let why, let fix): "\(what)\n  why: \(why)\n  what to do: \(fix)"
    case .restart(let why): "reading the stream again: \(why)"
    case .fenced: "another pgsyncd process has taken this pipeline over"
    case .thread(let error): error.description
    case .catalog(let what): "the catalog in schema pgsyncd is damaged: \(what)"
    }
  }
}
