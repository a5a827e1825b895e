import AIWorker
import Compression
import Cryptography
import Foundation
import Testing
import WorkerAPI

/// Files made to exhaust whoever opens them: each ends in a clear answer within ten seconds, and the
/// worker stays as small as it was.
@Suite(.serialized) struct HostileLetterTests {
  /// The zlib stream of a piece that is repeated.
  private func deflated(_ piece: [UInt8], times: Int) throws -> [UInt8] {
    var encoder = try GzipEncoder(level: 1)
    var bytes: [UInt8] = []
    for _ in 0..<times { bytes += try encoder.write(piece) }
    bytes += try encoder.finish()
    // Without gzip's head and trailer, with zlib's; readers of PDF do not look at its checksum.
    return [0x78, 0x01] + bytes.dropFirst(10).dropLast(8) + [0, 0, 0, 1]
  }

  private func bomb(contents: [UInt8], resources: String, more: [[UInt8]] = []) -> [UInt8] {
    let page =
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<\(resources)>>>>"
    return LetterPDF.file(
      [
        Array("<</Type/Catalog/Pages 2 0 R>>".utf8),
        Array("<</Type/Pages/Count 1/Kids[3 0 R]>>".utf8), Array(page.utf8), contents,
      ] + more)
  }

  private func stream(_ dictionary: String, _ bytes: [UInt8]) -> [UInt8] {
    Array("<<\(dictionary)/Length \(bytes.count)>>stream\n".utf8) + bytes
      + Array("\nendstream".utf8)
  }

  /// Most memory that this process ever held, in bytes; the worker of the test is within it.
  private func peak() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return (Int(line.filter(\.isNumber)) ?? 0) * 1024
  }

  private func send(
    _ bytes: [UInt8], _ type: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> LiveWorker.Reply {
    var reply: LiveWorker.Reply?
    try await LiveWorker.with { worker in
      let before = try peak()
      let start = ContinuousClock.now
      reply = try await worker.post(
        WorkerRoutes.analyzePath,
        #"{"filename":"a","content_type":"\#(type)","content_base64":"\#(Base64.encode(bytes))"}"#)
      #expect(ContinuousClock.now - start < .seconds(10), sourceLocation: sourceLocation)
      let grown = try peak() - before
      #expect(grown < 400 << 20, "\(grown >> 20) MB", sourceLocation: sourceLocation)
      #expect(try await worker.get(WorkerRoutes.healthPath).status == 200)
    }
    let answer = try #require(reply, sourceLocation: sourceLocation)
    // Refused with a code, or read in part and said so.
    #expect([200, 422].contains(answer.status), "\(answer.text)", sourceLocation: sourceLocation)
    return answer
  }

  @Test func aPageThatUnfoldsToHundredsOfMegabytesOfText() async throws {
    let lines = Array(String(repeating: "BT /F1 9 Tf (Le 3 mars 2026) Tj ET\n", count: 3000).utf8)
    let text = try deflated(lines, times: 2500)
    #expect(text.count < 4 << 20)
    let reply = try await send(
      bomb(
        contents: stream("/Filter/FlateDecode", text), resources: "/Font<</F1 5 0 R>>",
        more: [Array("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".utf8)]), "application/pdf")
    #expect(reply.status == 422 && reply.text.contains("document_too_complex"), "\(reply.text)")
  }

  @Test func anImageThatUnfoldsToHundredsOfMegabytes() async throws {
    let rows = try deflated([UInt8](repeating: 0xA5, count: 90_000), times: 10_000)
    let image = stream(
      "/Type/XObject/Subtype/Image/Width 30000/Height 30000/ColorSpace/DeviceGray"
        + "/BitsPerComponent 8/Filter/FlateDecode", rows)
    let reply = try await send(
      bomb(
        contents: stream("", Array("q 595 0 0 842 0 0 cm /I Do Q".utf8)),
        resources: "/XObject<</I 5 0 R>>", more: [image]), "application/pdf")
    if reply.status == 200 {
      let analysis = try WorkerJSON.decode(AnalyzeAnswer.self, from: reply.body).analysis
      #expect(!analysis.warnings.isEmpty)
    }
  }

  @Test func treesAndReferencesThatTurnInCircles() async throws {
    for objects in [
      ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 9999/Kids[2 0 R 2 0 R]>>"],
      ["<</Type/Catalog/Pages 1 0 R>>"],
      ["<</Type/Catalog/Pages 2 0 R>>", "3 0 R", "2 0 R"],
      [
        "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 1e30 -1e30]/Contents 3 0 R>>",
      ],
    ] {
      let reply = try await send(
        LetterPDF.file(objects.map { Array($0.utf8) }), "application/pdf")
      if reply.status == 200 { #expect(reply.text.contains("warnings\":[\"")) }
    }
  }

  @Test func aPictureAsLargeAsAllowedOfNothing() async throws {
    func crc(_ bytes: [UInt8]) -> UInt32 {
      var sum: UInt32 = 0xFFFF_FFFF
      for byte in bytes {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
      }
      return ~sum
    }
    func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) } }
    func chunk(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
      let body = Array(name.utf8) + bytes
      return word(UInt32(bytes.count)) + body + word(crc(body))
    }
    let side = 7500
    // Noise in each row, so that recognition has something to look for.
    let row = [0] + (0..<side).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 5) }
    let png =
      [0x89] + Array("PNG\r\n\u{1A}\n".utf8)
      + chunk("IHDR", word(UInt32(side)) + word(UInt32(side)) + [8, 0, 0, 0, 0])
      + chunk("IDAT", try deflated(row, times: side)) + chunk("IEND", [])
    _ = try await send(png, "image/png")
  }
}
