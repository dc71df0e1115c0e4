import Foundation
import Testing

@testable import pgsyncd

@Suite("A log that nobody reads")
struct BackgroundWriterTests {
  @Test("does not hold up whoever writes it, is bounded, and says what was lost")
  func bounded() async throws {
    let pipe = Pipe()
    let writer = BackgroundWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor, pendingBytesMax: 1 << 20)
    // The pipe holds 64 kB and nobody reads yet: a direct write would block here.
    let line = String(repeating: "x", count: 1023) + "\n"
    for _ in 0..<3000 { writer.write(line) }
    writer.flush(within: .milliseconds(50))

    // As soon as somebody reads, everything kept arrives, and then what was lost is told with the next line.
    let reader = Task.detached { try pipe.fileHandleForReading.readToEnd() ?? Data() }
    writer.flush(within: .seconds(30))
    writer.write("last\n")
    writer.flush(within: .seconds(30))
    try pipe.fileHandleForWriting.close()
    let text = String(decoding: try await reader.value, as: UTF8.self)
    let lines = text.split(separator: "\n")
    #expect(lines.last == "last")
    #expect(lines[lines.count - 2].hasPrefix("(") && lines[lines.count - 2].contains("lines of the log were lost"))
    #expect((1000...1100).contains(lines.count - 2))
  }
}
