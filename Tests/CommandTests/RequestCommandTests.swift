import Foundation
import LibPQ
import PostgresTypes
import Testing

@testable import SyncEngine

@Suite("pgsyncd resume and pause against a server")
struct RequestCommandTests {
  private static let fix = "ALTER TABLE users ADD COLUMN phone text"

  @Test("service down, still blocked: says why, exit 2, nothing is recorded")
  func downAndBlocked() throws {
    let pipeline = try PreparedPipeline()
    try pipeline.drift()
    let outcome = try pipeline.run("resume", "--table", "users")
    #expect(outcome.status == 2)
    #expect(outcome.output.contains("[ERROR] Schema mismatch detected on public.users"))
    #expect(outcome.output.contains("ALTER TABLE public.users ADD COLUMN phone text;"))
    #expect(try pipeline.openRequests().isEmpty)
  }

  @Test("service down, fixed: the request is recorded once, exit 0, and says when it is taken up")
  func downAndFixed() throws {
    let pipeline = try PreparedPipeline()
    try pipeline.drift()
    try pipeline.cluster.execute(Self.fix, database: pipeline.target)
    for _ in 0..<2 {
      let outcome = try pipeline.run("resume", "--all")
      #expect(outcome.status == 0 && outcome.output.contains("at its next start"), "\(outcome)")
    }
    let (requests, users) = (try pipeline.openRequests(), try pipeline.oid("users"))
    #expect(requests.map(\.command) == [.resume] && requests.first?.sourceOID == users)
  }

  @Test("a table that is not stopped: says so, exit 0; an unknown one: 64")
  func notStopped() throws {
    let pipeline = try PreparedPipeline()
    let outcome = try pipeline.run("resume", "--table", "shop.Orders")
    #expect(outcome.status == 0 && outcome.output == "shop.\"Orders\": is not stopped (streaming)\n")
    #expect(try pipeline.run("resume", "--all").output == "No table is stopped.\n")
    let unknown = try pipeline.run("resume", "--table", "user")
    #expect(unknown.status == 64 && unknown.errors.contains("did you mean 'public.users'?"))
    #expect(try pipeline.openRequests().isEmpty)
  }

  @Test("service up, refused: the service's reason, exit 2")
  func refused() throws {
    let pipeline = try PreparedPipeline()
    try pipeline.drift()
    let leading = try LeadingSession(pipeline) { request, catalog in
      try catalog.finishRequest(request.id, .refused, message: ["[ERROR] still blocked", "because"])
    }
    defer { leading.end() }
    let outcome = try pipeline.run("resume", "--table", "users", "--no-wait")
    #expect(outcome.status == 2 && outcome.output.contains("[ERROR] still blocked\nbecause\n"))
  }

  @Test("service up, accepted: --wait returns when the table streams again")
  func acceptedAndWaited() throws {
    let pipeline = try PreparedPipeline()
    try pipeline.drift()
    let leading = try LeadingSession(pipeline) { request, catalog in
      try catalog.setState(request.sourceOID, .catchingUp)
      try catalog.finishRequest(request.id, .accepted)
      try catalog.setState(request.sourceOID, .streaming)
    }
    defer { leading.end() }
    let outcome = try pipeline.run("resume", "--table", "users", "--wait")
    #expect(outcome.status == 0 && outcome.output.contains("public.users: streams again"), "\(outcome)")
  }

  @Test("service up, accepted, stopped again by a second drift: exit 2 with the new reason")
  func stoppedAgain() throws {
    let pipeline = try PreparedPipeline()
    try pipeline.drift()
    let leading = try LeadingSession(pipeline) { request, catalog in
      try catalog.setState(request.sourceOID, .catchingUp)
      try catalog.finishRequest(request.id, .accepted)
      try catalog.stopTable(
        request.sourceOID, TableStop(kind: .schemaMismatch, message: ["[ERROR] Type mismatch on public.users.age"]))
    }
    defer { leading.end() }
    let outcome = try pipeline.run("resume", "--table", "users", "--wait")
    #expect(outcome.status == 2 && outcome.output.contains("[ERROR] Type mismatch on public.users.age"), "\(outcome)")
  }

  @Test("pause: carried out by the service, or recorded; a resume takes a recorded one back")
  func pause() throws {
    let pipeline = try PreparedPipeline()
    let recorded = try pipeline.run("pause", "--table", "users")
    #expect(recorded.status == 0 && recorded.output.contains("at its next start"))
    let takenBack = try pipeline.run("resume", "--table", "users")
    #expect(takenBack.status == 0 && takenBack.output.contains("taken back"))
    #expect(try pipeline.openRequests().map(\.command) == [.pause, .resume])
    for request in try pipeline.openRequests() { try pipeline.catalog.finishRequest(request.id, .accepted) }

    let leading = try LeadingSession(pipeline) { request, catalog in
      try catalog.stopTable(request.sourceOID, TableStop(kind: .paused))
      try catalog.finishRequest(request.id, .accepted)
    }
    defer { leading.end() }
    let paused = try pipeline.run("pause", "--table", "users")
    #expect(paused.status == 0 && paused.output.contains("public.users: is paused"))
    #expect(try pipeline.run("pause", "--table", "users").output.contains("is stopped already (paused)"))
  }
}
