import PGOutput
import PostgresTypes

/// A fixture's messages as lines of text: relations and types by name, values as they are.
///
/// A line inside a stream begins with `|`; `|sub` if its xid is not that of the stream's top-level transaction.
struct Transcript {
  private(set) var lines: [String] = []
  private var relations: [OID: String] = [:]
  private var types: [OID: String] = [:]
  private var streamXID: TransactionID?

  init(of fixture: Fixture) throws {
    for message in fixture.placedMessages {
      try add(try message.decode(), in: message.bytes.span.bytes)
    }
  }

  private mutating func add(_ message: PGOutputMessage, in bytes: RawSpan) throws {
    switch message {
    case .begin: line("BEGIN")
    case .commit: line("COMMIT")
    case .origin(let origin): line("ORIGIN \(try origin.name.text(in: bytes)) \(origin.originLSN)")
    case .relation(let relation):
      let name = try relation.qualifiedName(in: bytes).sql
      relations[relation.relation] = name
      let columns = try relation.columns(in: bytes).map { column in
        let type = types[column.type] ?? "\(column.type)"
        let modifier = column.typeModifier == -1 ? "" : "(\(column.typeModifier))"
        return "\(try column.name.text(in: bytes))\(column.isKey ? "*" : ""):\(type)\(modifier)"
      }
      let identity = Character(Unicode.Scalar(relation.replicaIdentity.rawValue))
      line("RELATION \(name) \(identity) [\(columns.joined(separator: ", "))]", relation.xid)
    case .type(let type):
      let name = try type.qualifiedName(in: bytes).sql
      types[type.oid] = name
      line("TYPE \(name)", type.xid)
    case .insert(let insert):
      line("INSERT \(self.name(of: insert.relation)) \(try text(insert.newTuple, in: bytes))", insert.xid)
    case .update(let update):
      let old = try update.oldTuple.map { try text($0, in: bytes) + " -> " } ?? ""
      line("UPDATE \(name(of: update.relation)) \(old)\(try text(update.newTuple, in: bytes))", update.xid)
    case .delete(let delete):
      line("DELETE \(name(of: delete.relation)) \(try text(delete.oldTuple, in: bytes))", delete.xid)
    case .truncate(let truncate):
      let names = try truncate.relations(in: bytes).map { name(of: $0) }.joined(separator: ", ")
      let cascade = truncate.options.contains(.cascade) ? " CASCADE" : ""
      let restart = truncate.options.contains(.restartIdentity) ? " RESTART IDENTITY" : ""
      line("TRUNCATE \(names)\(restart)\(cascade)", truncate.xid)
    case .message(let message):
      let mark = message.isTransactional ? "" : "(not transactional) "
      let content = MirrorValue.text(try message.content.copy(of: bytes)).readable
      line("MESSAGE \(mark)'\(try message.prefix.text(in: bytes))' \(content)", message.xid)
    case .streamStart(let start):
      line("STREAM START\(start.isFirstSegment ? " first" : "")")
      streamXID = start.xid
    case .streamStop:
      streamXID = nil
      line("STREAM STOP")
    case .streamCommit: line("STREAM COMMIT")
    case .streamAbort(let abort):
      let whole = abort.isWholeTransaction ? "whole" : "sub"
      line("STREAM ABORT \(whole)\(abort.position == nil ? "" : " with position")")
    case .beginPrepare(let begin): line("BEGIN PREPARE \(try begin.gid.text(in: bytes))")
    case .prepare(let prepare): line("PREPARE \(try prepare.gid.text(in: bytes))")
    case .commitPrepared(let commit): line("COMMIT PREPARED \(try commit.gid.text(in: bytes))")
    case .rollbackPrepared(let rollback): line("ROLLBACK PREPARED \(try rollback.gid.text(in: bytes))")
    case .streamPrepare(let prepare): line("STREAM PREPARE \(try prepare.gid.text(in: bytes))")
    }
  }

  private mutating func line(_ text: String, _ xid: TransactionID? = nil) {
    guard let streamXID else { return lines.append(text) }
    lines.append((xid == nil || xid == streamXID ? "| " : "|sub ") + text)
  }

  private func name(of relation: OID) -> String { relations[relation] ?? "unknown" }

  private func text(_ old: OldTuple, in bytes: RawSpan) throws -> String {
    (old.extent == .key ? "K" : "O") + (try text(old.tuple, in: bytes))
  }

  private func text(_ tuple: TupleData, in bytes: RawSpan) throws -> String {
    "(" + (try MirrorValue.values(of: tuple, in: bytes)).map(\.readable).joined(separator: ", ") + ")"
  }
}

extension MirrorValue {
  /// `NULL`, `unchanged`, `'text'`, `\xbinary`; long runs of one character as `x*3000`.
  var readable: String {
    switch self {
    case .null: "NULL"
    case .unchanged: "unchanged"
    case .text(let bytes):
      if bytes.count > 1000, Set(bytes).count == 1 {
        "\(Character(Unicode.Scalar(bytes[0])))*\(bytes.count)"
      } else {
        String(validating: bytes, as: UTF8.self).map { "'\($0)'" } ?? "bytes \(bytes)"
      }
    case .binary(let bytes):
      "\\x" + bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    }
  }
}
