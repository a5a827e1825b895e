import Foundation
import Reactor
import Testing
import Upstream

/// TLS with throw-away certificates, and HTTP/2, against a real nginx.
@Suite(.serialized) struct UpstreamTLSTests {
  private func settings(_ nginx: Nginx, http2: Bool = true) -> UpstreamSettings {
    UpstreamSettings(offersHTTP2: http2, certificateFile: nginx.certificate)
  }

  @Test func aTrustedCertificateIsAccepted() async throws {
    let nginx = try Nginx()
    for http2 in [false, true] {
      let bench = try Bench(settings(nginx, http2: http2))
      for _ in 0..<5 {
        let answer = try await bench.client.send(.get(nginx.url + "/version"))
        #expect(
          String(decoding: answer.body, as: UTF8.self) == (http2 ? "HTTP/2.0" : "HTTP/1.1"))
        #expect(answer.isDelimited)
      }
      #expect(bench.connectionsOpened == 1)
      await bench.client.shutdown()
    }
  }

  @Test func anUntrustedCertificateAndAnotherNameAreRefused() async throws {
    let nginx = try Nginx()
    let untrusting = try Bench()
    let untrusted = await untrusting.error(sending: .post(nginx.url + "/version"))
    #expect(untrusted?.code == .tls && untrusted?.sentNothing == true)
    await untrusting.client.shutdown()
    let resolver = NameResolver(lifetime: .seconds(1), waitersMax: 1) { _ in
      .success(["127.0.0.1"])
    }
    let bench = try Bench(settings(nginx), resolver: resolver)
    let misnamed = await bench.error(
      sending: .post("https://other.example:\(nginx.port)/version"))
    #expect(misnamed?.code == .tls && misnamed?.sentNothing == true)
    await bench.client.shutdown()
  }

  /// Idle HTTP/2 connections get frames nobody asked for; they are no stray answers.
  @Test func anHTTP2ConnectionIsReused() async throws {
    let nginx = try Nginx()
    let bench = try Bench(settings(nginx))
    for _ in 0..<20 {
      let answer = try await bench.client.send(.post(nginx.url + "/version"))
      #expect(answer.status == 200)
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(bench.connectionsOpened == 1 && bench.discardedBytes == [])
    await bench.client.shutdown()
  }

  /// The server ends the idle connection; the next POST is sent once, on a fresh one.
  @Test func anHTTP2ConnectionThatEndedIsNotUsed() async throws {
    let nginx = try Nginx()
    let bench = try Bench(settings(nginx))
    for _ in 0..<3 {
      #expect(try await bench.client.send(.post(nginx.url + "/version")).status == 200)
      // nginx keeps an idle connection for a second here.
      try await Task.sleep(for: .milliseconds(1300))
    }
    #expect(bench.connectionsOpened == 3)
    await bench.client.shutdown()
  }

  @Test func aBodyIsStreamedBothWaysOverHTTP2() async throws {
    let nginx = try Nginx()
    let bench = try Bench(settings(nginx))
    for _ in 0..<3 {
      var request = UpstreamRequest.get(nginx.url + "/large", within: .seconds(30))
      request.responseBytesMax = Nginx.largeBytes
      let stream = try await bench.client.open(request)
      var received = 0
      while let bytes = try await stream.next() { received += bytes.count }
      #expect(received == Nginx.largeBytes)
    }
    let left = Left(pieces: 64)
    var request = UpstreamRequest(.put, nginx.url + "/up/file", timeout: .seconds(10))
    request.upload = UpstreamUpload { await left.take() }
    #expect(try await bench.client.send(request).status == 201)
    var back = UpstreamRequest.get(nginx.url + "/up/file", within: .seconds(10))
    back.responseBytesMax = 64 << 14
    #expect(try await bench.client.send(back).body == [UInt8](repeating: 9, count: 64 << 14))
    await bench.client.shutdown()
  }

  /// The server dies within the body: never a part for the whole.
  @Test(arguments: [false, true]) func aServerThatDiesCutsTheBody(http2: Bool) async throws {
    let nginx = try Nginx()
    let bench = try Bench(settings(nginx, http2: http2))
    var request = UpstreamRequest.get(nginx.url + "/large", within: .seconds(20))
    request.responseBytesMax = Nginx.largeBytes
    let stream = try await bench.client.open(request)
    #expect(try await stream.next() != nil)
    nginx.kill()
    let error = await #expect(throws: UpstreamError.self) {
      while try await stream.next() != nil {}
    }
    #expect(error?.code == .cut && error?.beforeFirstByte == false)
    await bench.client.shutdown()
  }

  @Test func cancellingAnHTTP2TransferLeavesTheClientWell() async throws {
    let nginx = try Nginx()
    let bench = try Bench(settings(nginx))
    var request = UpstreamRequest.get(nginx.url + "/large", within: .seconds(20))
    request.responseBytesMax = Nginx.largeBytes
    for _ in 0..<5 {
      let stream = try await bench.client.open(request)
      #expect(try await stream.next() != nil)
      stream.cancel()
      #expect(try await bench.client.send(.get(nginx.url + "/version")).status == 200)
    }
    try await eventually { await bench.client.load.transfers == 0 }
    await bench.client.shutdown()
  }
}

/// Pieces of a body still to be given.
private actor Left {
  private var pieces: Int
  init(pieces: Int) { self.pieces = pieces }

  func take() -> [UInt8]? {
    guard pieces > 0 else { return nil }
    pieces -= 1
    return [UInt8](repeating: 9, count: 1 << 14)
  }
}
