import Foundation
import LibPQ
import Testing

struct ConnectionSettingsTests {
  @Test func uriAndKeyValueStringsMeanTheSame() throws {
    let uri = try ConnectionSettings("postgresql://ann:s3cretword@db.example:6000/shop?sslmode=require")
    let pairs = try ConnectionSettings(
      "host=db.example port=6000 dbname=shop user=ann password=s3cretword sslmode=require")
    #expect(uri == pairs)
    #expect(uri.value(of: "sslmode") == "require")
    #expect(uri.value(of: "password") == nil)
    #expect(uri.description == "db.example:6000/shop")
    #expect(uri.setting("dbname", "other").description == "db.example:6000/other")
  }

  @Test func passwordsArePercentDecodedAndNeverShown() throws {
    let settings = try ConnectionSettings("postgres://ann:p%40ss%2Fw%3Ard@db/shop")
    #expect(try settings == ConnectionSettings("host=db dbname=shop user=ann password=p@ss/w:rd"))
    var dumped = ""
    dump([settings], to: &dumped)
    for shown in ["\(settings)", String(reflecting: settings), "\([settings])", dumped] {
      #expect(!shown.contains("p@ss") && !shown.contains("w:rd") && !shown.contains("p%40ss"))
    }
  }

  /// In each of these some part of the password `hunter2` and what follows it is where libpq does not expect it.
  static let malformed = [
    "postgresql://ann:hunter2@home@db/shop", "postgresql://ann:hunter2/home@db/shop",
    "postgresql://ann:12/hunter2@db/x",
    "postgresql://ann:12?p@hunter2@db/shop", "postgresql://ann:hunter2%zz@db/shop",
    "postgresql://ann:hunter2%00@db/shop", "postgresql://ann:hunter2@[::1/shop", "postgresql://ann:hunter2@[::1]x/shop",
    "postgresql://ann:hunter2@db/shop?hunter2", "postgresql://ann:hunter2@db/shop?a=b=hunter2",
    "postgresql://ann:hunter2@db/shop?hunter2=1", "postgresql://ann:hunter2@db:hunter2/shop",
    "postgresql://ann:hunter2@db:99999/shop", "host=db password='hunter2", "host=db password=my hunter2",
    "host=db password=my hunter2=x", "hunter2", "host=db port=hunter2", "host=db\0hunter2",
    "mysql://ann:hunter2@db/shop",
    "postgresql://ann:hunter2@db/shop@hunter2",
  ]

  @Test(arguments: malformed) func aMalformedStringIsRefusedWithoutQuotingIt(_ conninfo: String) {
    let error = TestServer.error { _ = try ConnectionSettings(conninfo) }
    #expect(error?.kind == .usage)
    let shown = String(reflecting: error) + "\(String(describing: error))"
    #expect(!shown.contains("hunter2"))
    #expect(error?.message.hasPrefix("malformed connection string: ") == true)
    #expect(error?.hint != nil)
  }

  @Test func aMisspeltParameterGetsTheRightOne() {
    for conninfo in ["hots=db", "postgresql://db/shop?hots=x"] {
      let error = TestServer.error { _ = try ConnectionSettings(conninfo) }
      #expect(error?.message.contains("'host'") == true)
    }
  }

  @Test func whatLibpqAcceptsIsAccepted() throws {
    #expect(try ConnectionSettings("postgresql://a,b/shop").description == "a:5432,b:5432/shop")
    #expect(try ConnectionSettings("postgresql://a:1,b:2/shop").description == "a:1,b:2/shop")
    #expect(try ConnectionSettings("postgresql://%2Frun%2Fpg:6000/shop").description == "/run/pg:6000/shop")
    #expect(try ConnectionSettings("postgresql://[::1]:6000/shop").description == "[::1]:6000/shop")
    #expect(try ConnectionSettings("dbname='my shop' host=/tmp").description == "/tmp:5432/my shop")
    #expect(try ConnectionSettings("postgresql://ann:wh?y#not@db/shop").description == "db:5432/shop")
  }

  @Test func environmentAndServiceFileFillTheGaps() async {
    await #expect(processExitsWith: .success) {
      let folder = FileManager.default.temporaryDirectory.path + "/service-\(getpid())"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try "[shop]\nhost=service.example\nport=7000\ndbname=shop\n".write(
        toFile: folder + "/services", atomically: true, encoding: .utf8)
      setenv("PGSERVICEFILE", folder + "/services", 1)
      setenv("PGHOST", "environment.example", 1)
      setenv("PGPORT", "8000", 1)
      setenv("PGUSER", "ann", 1)
      setenv("PGDATABASE", "fallback", 1)
      #expect(try ConnectionSettings("").description == "environment.example:8000/fallback")
      #expect(try ConnectionSettings("host=given").description == "given:8000/fallback")
      #expect(try ConnectionSettings("service=shop").description == "service.example:7000/shop")
      #expect(try ConnectionSettings("service=shop port=9").description == "service.example:9/shop")
    }
  }
}
