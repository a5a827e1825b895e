import Foundation
import Glibc
import Testing

/// `/api/realtime` over real sockets, gateways and PostgreSQL.
@Suite(.serialized) struct RealtimeTests {
  private static let secret = Data((0..<32).map { UInt8($0) }).base64EncodedString()
  private static let site = "http://127.0.0.1:3000"

  /// Gateways that share keys, as replicas do.
  private func replica(_ extra: [String: String] = [:]) throws -> Stack {
    try Stack(
      workers: 1,
      gateway: ["PHOENIX_SECRET_KEY": Self.secret, "PHOENIX_PUBLIC_URL": Self.site]
        .merging(extra) { _, new in new })
  }

  private func open(
    _ stack: Stack, _ family: Stack.Family, lastEventID: String? = nil
  ) throws -> EventStream {
    try EventStream(port: stack.port, cookie: family.cookie, lastEventID: lastEventID)
  }

  @Test func theOwnChangesComeAndNobodyElses() throws {
    let stack = try replica()
    let family = try stack.signUp()
    let other = try stack.signUp()
    let stream = try open(stack, family)
    let others = try open(stack, other)
    #expect(stream.status == 200)
    #expect(stream.head.lowercased().contains("content-type: text/event-stream"))
    #expect(stream.head.lowercased().contains("cache-control: no-store"))
    let first = try #require(stream.next())
    #expect(first.connections == 1 && first.id != nil)
    #expect(others.next()?.connections == 1)

    let canary = "canari-\(UUID().uuidString)"
    let answer = try stack.ask("Qu'est-ce que l'AAH ? \(canary)", family)
    #expect(answer.status == 200)
    let conversation = try #require(answer.json["conversation_id"] as? String)
    let message = try #require((answer.json["message"] as? [String: Any])?["id"] as? String)
    #expect(stream.change("conversations", "insert") == conversation)
    let question = try #require(stream.change("messages", "insert"))
    #expect(question != message)
    #expect(stream.change("messages", "insert") == message)

    let made = try stack.send(
      "POST", "/api/procedures", ["type": "aah", "title": canary], as: family)
    let procedure = try #require(made.json["id"] as? String)
    #expect(stream.change("procedures", "insert") == procedure)
    _ = try stack.send(
      "PATCH", "/api/procedures/\(procedure)", ["status": "deposee"], as: family)
    #expect(stream.change("procedures", "update") == procedure)
    _ = try stack.send("DELETE", "/api/procedures/\(procedure)", as: family)
    let deleted = try #require(stream.next { $0.change?.contains("delete") == true })
    #expect(deleted.json["id"] as? String == procedure && deleted.json.count == 3)
    _ = try stack.send("PUT", "/api/account/consents", ["gemini": true], as: family)
    #expect(stream.change("users", "update") == family.id)
    _ = try stack.send("DELETE", "/api/chat/reset?all=true", as: family)
    #expect(stream.change("conversations", "delete") == conversation)
    // What somebody else did came to nobody, and what came held no content.
    #expect(others.next(within: 1) == nil)
    #expect(!stack.log.contains(canary))
    #expect(try stack.metric("phoenix_realtime_connections") == 2)
    #expect(try stack.metric("phoenix_http_requests_in_flight") == 0)
  }

  @Test func aSecondGatewaySeesTheFirstOnesSessionsChangesAndPresence() throws {
    let one = try replica()
    let two = try replica()
    let family = try one.signUp()
    let here = try open(one, family)
    #expect(here.next()?.connections == 1)
    // The session that one made is good at two.
    let there = try open(two, family)
    #expect(there.status == 200 && there.next()?.connections == 2)
    #expect(here.next { $0.connections == 2 } != nil)
    let made = try two.send("POST", "/api/procedures", ["type": "aah", "title": "x"], as: family)
    let procedure = try #require(made.json["id"] as? String)
    #expect(here.change("procedures", "insert") == procedure)
    #expect(there.change("procedures", "insert") == procedure)
    here.close()
    #expect(there.next { $0.connections == 1 } != nil)
    let again = try open(one, family)
    #expect(again.next()?.connections == 2 && there.next { $0.connections == 2 } != nil)
    // A gateway that dies at once is missed when its rows expire.
    kill(one.gateway.processIdentifier, SIGKILL)
    #expect(there.next(within: 50) { $0.connections == 1 } != nil)
    #expect(there.comments >= 1, "no sign of life came")
    #expect(try Stack.sql("select count(*) from realtime_presence where expires_at < now()") == "0")
  }

  @Test func aStreamEndsWithItsSessionWhereverThatIsEnded() throws {
    let one = try replica()
    let two = try replica()
    let family = try one.signUp()
    let streams = [try open(one, family), try open(two, family)]
    let login = try one.client.post(
      "/api/auth/login", ["email": family.email, "password": family.password])
    let another = Stack.Family(
      id: family.id, email: family.email, password: family.password, cookie: Stack.cookies(login))
    let kept = try open(two, another)
    #expect(kept.next()?.connections == 3)
    #expect(try one.send("POST", "/api/auth/logout", as: family).status == 204)
    for stream in streams {
      #expect(stream.ends(within: 4) && stream.isWhole)
    }
    #expect(!kept.hasEnded && kept.next { $0.connections == 1 } != nil)
    #expect(try open(two, family).status == 401)
    // The account goes, and with it every stream and row.
    #expect(try one.send("DELETE", "/api/account", as: another).status == 204)
    #expect(kept.ends(within: 4) && kept.isWhole)
    let left = "select count(*) from realtime_presence where user_id = '\(family.id)'"
    try one.wait("no row is left", seconds: 5) { (try? Stack.sql(left)) == "0" }
  }

  @Test func whoComesBackMissesNothing() throws {
    let stack = try replica()
    let family = try stack.signUp()
    let stream = try open(stack, family)
    let id = try #require(stream.next()?.id)
    stream.close()
    let made = try stack.send("POST", "/api/procedures", ["type": "aah", "title": "x"], as: family)
    let procedure = try #require(made.json["id"] as? String)
    let back = try open(stack, family, lastEventID: id)
    #expect(back.next()?.name == "presence")
    let missed = try #require(back.next())
    #expect(missed.change == "procedures insert \(procedure)" && missed.id != id)
    let after = try open(stack, family, lastEventID: missed.id)
    #expect(after.next()?.name == "presence" && after.next(within: 1)?.change == nil)
    // Another gateway does not know where the client was.
    let other = try replica()
    let elsewhere = try open(other, family, lastEventID: id)
    #expect(elsewhere.next()?.name == "presence" && elsewhere.next()?.name == "resync")
  }

  @Test func afterTheListeningConnectionIsCutEveryStreamReadsAnew() throws {
    let stack = try replica()
    let family = try stack.signUp()
    let stream = try open(stack, family)
    #expect(stream.next()?.connections == 1)
    try Stack.sql(
      """
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'phoenix-listener'
      """)
    #expect(stream.next { $0.name == "resync" } != nil)
    let made = try stack.send("POST", "/api/procedures", ["type": "aah", "title": "x"], as: family)
    #expect(stream.change("procedures", "insert") == made.json["id"] as? String)
    try stack.wait("it listens", seconds: 5) {
      (try? stack.metric("phoenix_realtime_listening")) == 1
    }
    #expect(!stack.logLines("not listening for changes").isEmpty)
  }

  /// Rows of a transaction that was under way when a stream was opened are not lost either.
  @Test func aTransactionThatBeganBeforeTheStreamIsNotLost() throws {
    let stack = try replica()
    let family = try stack.signUp()
    let holder = DispatchGroup()
    DispatchQueue.global().async(group: holder) {
      _ = try? Stack.sql(
        """
        begin; insert into user_memories (id, user_id, fact)
        values (gen_random_uuid(), '\(family.id)', 'x'); select pg_sleep(3); commit
        """)
    }
    try stack.wait("the transaction is under way", seconds: 10) {
      (try? Stack.sql(
        """
        select count(*) from pg_stat_activity
        where query like '%pg_sleep(3)%' and pid <> pg_backend_pid() and state = 'active'
        """
      )) ?? "0" != "0"
    }
    let stream = try open(stack, family)
    #expect(stream.next()?.connections == 1)
    #expect(stream.next(within: 1) == nil)
    #expect(stream.next { $0.name == "resync" } != nil)
    holder.wait()
  }

  @Test func streamsOfAUserAreBoundedAndAHeadOpensNone() throws {
    let stack = try replica()
    let family = try stack.signUp()
    let head = try EventStream(port: stack.port, cookie: family.cookie, method: "HEAD")
    #expect(head.status == 200)
    let streams = try (0..<8).map { _ in try open(stack, family) }
    #expect(streams.allSatisfy { $0.status == 200 })
    let refused = try stack.get("/api/realtime", family)
    #expect(refused.status == 429 && refused.code == "too_many_streams")
    #expect(refused.header("retry-after") != nil)
    streams[0].close()
    try stack.wait("the one that left is not counted", seconds: 5) {
      (try? stack.metric("phoenix_realtime_connections")) == 7
    }
    #expect(try open(stack, family).status == 200)
    withExtendedLifetime(streams) {}
  }

  /// A client that reads nothing ends, and those beside it lose nothing.
  @Test func aClientThatDoesNotReadIsDropped() throws {
    let stack = try replica()
    let family = try stack.signUp()
    let slow = try EventStream(port: stack.port, cookie: family.cookie, receiveBuffer: 2048)
    let other = try open(stack, family)
    #expect(other.next { $0.connections == 2 } != nil)
    var rounds = 0
    // What the kernel keeps for it is a few megabytes.
    while try stack.metric("phoenix_realtime_clients_dropped_total") == 0, rounds < 400 {
      rounds += 1
      try Stack.sql(
        """
        insert into user_memories (id, user_id, fact)
        select gen_random_uuid(), '\(family.id)', 'x' from generate_series(1, 200)
        """)
      var seen = 0
      while seen < 200 {
        guard let event = other.next() else { break }
        if event.change?.hasPrefix("user_memories insert") == true { seen += 1 }
      }
      #expect(seen == 200)
    }
    #expect(try stack.metric("phoenix_realtime_clients_dropped_total") == 1)
    #expect(!other.hasEnded)
    slow.close()
  }

  /// LISTEN does not pass a pooler: without a way round it there are no streams, and all else works.
  @Test func behindAPoolerStreamsNeedAWayOfTheirOwn() throws {
    let direct = try #require(ProcessInfo.processInfo.environment["PHOENIX_TEST_DATABASE_URL"])
    let pooled = ["DATABASE_URL": direct + "&pgbouncer=true"]
    let without = try replica(pooled)
    let family = try without.signUp()
    let refused = try without.get("/api/realtime", family)
    #expect(refused.status == 503 && refused.code == "realtime_unavailable")
    #expect(refused.header("retry-after") != nil)
    #expect(!without.logLines("not listening for changes").isEmpty)
    let stack = try replica(pooled.merging(["PHOENIX_LISTEN_DATABASE_URL": direct]) { a, _ in a })
    let stream = try open(stack, family)
    #expect(stream.next()?.connections == 1)
    let made = try without.send(
      "POST", "/api/procedures", ["type": "aah", "title": "x"], as: family)
    #expect(stream.change("procedures", "insert") == made.json["id"] as? String)
  }

  @Test func streamsEndWhenTheGatewayDrains() throws {
    let stack = try replica()
    let family = try stack.signUp()
    let stream = try open(stack, family)
    #expect(stream.next()?.connections == 1)
    kill(stack.gateway.processIdentifier, SIGTERM)
    #expect(stream.ends(within: 5) && stream.isWhole)
    stack.gateway.waitUntilExit()
    #expect(stack.gateway.terminationStatus == 0)
    let left = "select count(*) from realtime_presence where user_id = '\(family.id)'"
    #expect(try Stack.sql(left) == "0")
    #expect(try #require(stack.logLines("\"drained\"").first)["unanswered"] as? Int == 0)
  }

  /// NOTIFY takes a lock of the whole server at commit: nobody pays for it where nobody listens.
  @Test func nothingIsToldWhereNoStreamIsOpen() throws {
    let stack = try replica()
    let watched = try stack.signUp()
    let stream = try open(stack, watched)
    #expect(stream.next()?.connections == 1)
    let channel = try Stack.sql(
      "select 'phoenix_' || gateway_id from realtime_presence where user_id = '\(watched.id)'")
    let family = try stack.signUp()
    // What a session hears on the gateway's channel while both families write.
    let heard = try Stack.sql(
      """
      listen "\(channel)";
      insert into user_memories (id, user_id, fact)
      values (gen_random_uuid(), '\(family.id)', 'x'), (gen_random_uuid(), '\(watched.id)', 'x');
      select 1
      """)
    #expect(heard.contains(watched.id) && !heard.contains(family.id))
  }
}
