import LibPQ
import PostgresTypes
import SchemaDrift

/// One table of the source as it is at a known place in the stream, held as it is there until this ends.
struct TableSnapshot {
  /// The place: everything that commits before it is in here, and nothing that commits after it.
  let position: LSN
  /// The table.
  let table: TableSchema
  /// About how large it is, TOAST included.
  let bytes: Int64
  private let source: SourceSnapshot

  /// Makes a snapshot, locks the table as a SELECT does, and makes sure that it is the one that the snapshot shows: neither
  /// altered nor rewritten nor replaced in between.
  ///
  /// - Throws: ``SyncError/restart(_:)`` if it was; another attempt finds the newer one.
  init(of record: TableRecord, _ context: PipelineContext, cancellation: CopyCancellation) throws(SyncError) {
    let snapshot = try PositionedSnapshot(context, cancellation: cancellation)
    defer { snapshot.close() }
    let (source, observer) = try SyncError.during("connecting to the source") { () throws(PostgresError) in
      let source = try SourceSnapshot(context, role: "copy", snapshot: snapshot.name)
      do throws(PostgresError) { return (source, try SourceSnapshot.connect(context, role: "copy-catalog")) } catch {
        source.close()
        throw error
      }
    }
    defer { observer.close() }
    // The slot would keep log on the source for as long as the snapshot is in use.
    snapshot.close()
    do throws(SyncError) {
      (table, bytes) = try cancellation.whileCancellable([source.cancelHandle, observer.cancelHandle]) {
        () throws(SyncError) in try Self.hold(record, source, observer, publication: context.options.publication)
      }
    } catch {
      source.close()
      throw error
    }
    position = snapshot.position
    self.source = source
  }

  /// Cancels what reads from it.
  var cancelHandle: CancelHandle { source.cancelHandle }

  /// Ends it, and with it the lock.
  func close() { source.close() }

  /// What moves rows of the table to the target.
  func transfer(
    _ table: CopyTable, to target: PostgresConnection, _ context: PipelineContext, _ cancellation: CopyCancellation
  ) -> RowTransfer {
    let piece = CopyPiece(table: 0)
    let progress = CopyQueue([piece], tableCount: 1)
    let format = CopyFormat.best(for: table, versions: (source.connection.serverVersion, target.serverVersion))
    return RowTransfer(
      source: source.connection, target: target, statements: CopyStatements(table: table, format: format), piece: piece,
      check: { () throws(SyncError) in
        guard cancellation.reason == nil else { throw .restart("the copy was ended") }
      },
      advance: { [bytes] moved, movedBytes in
        context.observation.update { $0.copiedBytes += Int64(movedBytes) }
        guard let (rows, done) = progress.advance(0, rows: moved, bytes: movedBytes) else { return }
        context.tell(.copying(table: table.source.name, rows: rows, bytes: done, totalBytes: max(done, bytes)))
      }, tell: context.tell)
  }

  private static func hold(
    _ record: TableRecord, _ source: SourceSnapshot, _ observer: PostgresConnection, publication: String
  ) throws(SyncError) -> (TableSchema, Int64) {
    let seen = try SyncError.during("preparing the copy of \(record.name)") {
      () throws(PostgresError) -> (now: TableSchema?, isSame: Bool, bytes: Int64) in
      let catalog = TableIntrospector(observer)
      guard let before = try catalog.table(record.sourceOID, publishedBy: publication) else { return (nil, false, 0) }
      let table = CopyTable(source: before, target: before, columns: [])
      try source.hold([table])
      let now = try catalog.table(record.sourceOID, publishedBy: publication)
      let past = try TableIntrospector(source.connection).table(record.sourceOID, publishedBy: publication)
      return (now, now == before && now == past, try source.measure([table]).sizes.first?.bytes ?? 0)
    }
    guard let table = seen.now else {
      throw .refused(
        what: "\(record.name) cannot be copied", why: "the source does not have this table any more",
        fix: "create it again and copy it then, or take it out of the pipeline")
    }
    guard seen.isSame else { throw .restart("\(record.name) was altered on the source while its copy began") }
    return (table, seen.bytes)
  }
}
