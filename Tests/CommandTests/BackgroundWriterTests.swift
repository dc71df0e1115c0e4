import Foundation
import SyncEngine
import Testing

@testable import pgsyncd

@Suite("A log that nobody reads")
struct BackgroundWriterTests {
  @Test("does not hold up whoever writes it, is bounded, and says what was lost")
  func bounded() throws {
    let stream = CapturedStream()
    let writer = BackgroundWriter(descriptor: stream.writingEnd, pendingBytesMax: 1 << 20)
    // The stream holds some 100 kB and nobody reads yet: a direct write would block here.
    let line = String(repeating: "x", count: 1023) + "\n"
    for _ in 0..<3000 { writer.write(line) }
    writer.flush(within: .milliseconds(50))

    // As soon as somebody reads, everything kept arrives, and then what was lost is told with the next line.
    let descriptor = stream.readingEnd
    let reader = try NamedThread(name: "reader") { CapturedStream.readAll(descriptor) }
    writer.flush(within: .seconds(30))
    writer.write("last\n")
    writer.flush(within: .seconds(30))
    stream.finish()
    let text = reader.join()
    let lines = text.split(separator: "\n")
    #expect(lines.last == "last")
    #expect(lines[lines.count - 2].hasPrefix("(") && lines[lines.count - 2].contains("lines of the log were lost"))
    #expect((1000...2000).contains(lines.count - 2))
  }
}
