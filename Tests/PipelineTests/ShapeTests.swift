import Foundation
import PostgresClusters
import Testing

/// Tables that are not built alike on both sides, and tables of unusual shape.
@Suite("Shapes of tables")
struct ShapeTests {
  @Test("a change that the source's catalog does not show yet stops its table all the same")
  func catalogBehindTheStream() throws {
    let pair = try PipelinePair(schema: "CREATE TABLE t (id int PRIMARY KEY)")
    let service = try pair.startStreaming()
    defer { service.end() }
    // A commit goes into the stream when it is in the log, and becomes visible when the standby has it too: never.
    try pair.source.configure(["synchronous_standby_names": "nobody"])
    try pair.source.reload()
    let ended = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      defer { ended.signal() }
      try? pair.source.execute("ALTER TABLE t ADD COLUMN v text; INSERT INTO t VALUES (1, 'kept')")
    }
    defer { ended.wait() }
    do {
      defer {
        try? pair.source.configure(["synchronous_standby_names": nil])
        try? pair.source.reload()
      }
      try pair.wait(for: "t", toBe: "stopped")
      let waiting = try pair.source.query("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
      #expect(waiting == [["1"]], "the source does not show the change yet")
    }
    #expect(try pair.status(of: "t")["reason"] as? String == "source_added_column")
    try pair.target.execute("ALTER TABLE t ADD COLUMN v text")
    #expect(try pair.run("resume", "--table", "t", "--wait").exitCode == 0)
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [])
  }
}
