import AIWorker
import Cryptography
import Foundation
import Testing
import WorkerAPI

/// Pages set straight and freed of ruled lines before their text is recognised.
@Suite(.serialized) struct PageImageTests {
  /// Rows of dashes like lines of text, which lean by an angle.
  private func page(leaning angle: Double, width: Int = 1200, height: Int = 1600) -> PageImage {
    var points = [UInt8](repeating: 250, count: width * height)
    for row in stride(from: 150, to: height - 150, by: 40) {
      for x in 100..<(width - 100) where x % 23 < 15 {
        let y = Double(row) + (Double(x) - Double(width) / 2) * angle
        for thick in 0..<12 {
          let place = Int(y) + thick
          if (0..<height).contains(place) { points[place * width + x] = 20 }
        }
      }
    }
    return PageImage(width: width, height: height, points: points)
  }

  private let degree = Double.pi / 180

  @Test(arguments: [-4.3, -2.0, -0.7, 0.0, 0.6, 1.5, 3.4]) func setsPagesStraight(
    _ degrees: Double
  ) {
    let leaning = page(leaning: degrees * degree)
    #expect(abs(leaning.lean() / degree - degrees) < 0.2)
    #expect(abs(leaning.prepared().lean() / degree) < 0.25)
  }

  @Test func blankAndBlackPagesAreLeftAlone() {
    for value in [UInt8(0), 128, 255] {
      let page = PageImage(
        width: 300, height: 300, points: [UInt8](repeating: value, count: 90_000))
      #expect(page.lean() == 0)
      #expect(page.prepared().width == 600)
    }
    #expect(PageImage(width: 1, height: 1, points: [0]).prepared().width == 2)
  }

  @Test func erasesRulesAndNothingElse() {
    let (width, height) = (2400, 3000)
    var points = [UInt8](repeating: 255, count: width * height)
    func fill(_ left: Int, _ top: Int, _ right: Int, _ bottom: Int) {
      for y in top..<bottom { for x in left..<right { points[y * width + x] = 0 } }
    }
    fill(200, 500, 2200, 504)
    fill(200, 500, 204, 1500)
    // A letter's strokes, a bar as of a heading, both dark.
    fill(400, 700, 440, 706)
    fill(400, 700, 406, 760)
    fill(600, 900, 1600, 960)
    let clean = PageImage(width: width, height: height, points: points).prepared()
    func isDark(_ x: Int, _ y: Int) -> Bool { clean.points[y * width + x] < 128 }
    #expect(!isDark(1000, 502) && !isDark(202, 1200))
    #expect(isDark(430, 703) && isDark(403, 740) && isDark(1000, 930))
  }

  @Test func readsPortableMapsAndRefusesBrokenOnes() {
    let grey = PageImage(pnm: Array("P5\n# a comment\n2 3\n255\n".utf8) + [0, 1, 2, 3, 4, 5])
    #expect(grey?.points == [0, 1, 2, 3, 4, 5] && grey?.width == 2)
    #expect(PageImage(pnm: grey?.pgm ?? [])?.points == grey?.points)
    let bits = PageImage(pnm: Array("P4\n9 2\n".utf8) + [0b1010_0000, 0x80, 0, 0])
    #expect(
      bits?.points == [0, 255, 0, 255, 255, 255, 255, 255, 0] + [UInt8](repeating: 255, count: 9))
    let colours = PageImage(pnm: Array("P6 1 1 255\n".utf8) + [255, 0, 0])
    #expect(colours?.points == [76])
    for broken in [
      "", "P5", "P5\n2 3\n255\n", "P5\n2 3\n65535\n123456", "P5\n-2 3\n255\n12", "P3\n1 1\n255\n1",
      "P5\n99999999999999999999 1\n255\n1", "P5\n20000 20000\n255\n1", "P5\n0 5\n255\n",
      "P4\n9 2\n1", "P6\n9 2\n255\n1",
    ] { #expect(PageImage(pnm: Array(broken.utf8)) == nil, "\(broken)") }
  }

  // MARK: With the real programs

  private func run(_ program: String, _ arguments: [String], _ input: Data) throws -> Data {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("page-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = folder.appendingPathComponent("in")
    try input.write(to: source)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardInput = try FileHandle(forReadingFrom: source)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(program)")
    return data
  }

  private func analyze(_ image: Data, _ type: String) async throws -> LetterAnalysis {
    var analysis: LetterAnalysis?
    try await LiveWorker.with { worker in
      let reply = try await worker.post(
        WorkerRoutes.analyzePath,
        #"{"filename":"a","content_type":"\#(type)","consent":false,"#
          + #""content_base64":"\#(Base64.encode([UInt8](image)))"}"#)
      #expect(reply.status == 200, "\(reply.text)")
      analysis = try WorkerJSON.decode(AnalyzeAnswer.self, from: reply.body).analysis
    }
    return try #require(analysis)
  }

  /// A table with frames around its cells, which recognition alone takes for a picture.
  private var ruledLetter: [UInt8] {
    let rows = [
      ["Droit", "Décision", "Du", "Au"],
      ["Emploi accompagné", "Favorable", "01-06-24", "31-05-29"],
      ["Orientation ESAT", "REJET", "", ""], ["AAH", "REJET", "", ""],
      ["RQTH", "Favorable", "13-11-24", "12-11-25"],
    ]
    var texts = [
      LetterPDF.Text(x: 50, y: 780, text: "MDPH du Val"),
      LetterPDF.Text(x: 50, y: 760, text: "Val, le 27 novembre 2024"),
      LetterPDF.Text(x: 50, y: 730, text: "La CDAPH du 13 novembre 2024 a pris ces décisions."),
    ]
    var rules: [LetterPDF.Rule] = []
    for (row, cells) in rows.enumerated() {
      for (column, cell) in cells.enumerated() {
        let x = [50, 270, 370, 460][column]
        rules.append((x, 690 - 18 * row, [220, 100, 90, 90][column], 18))
        if !cell.isEmpty {
          texts.append(LetterPDF.Text(x: x + 5, y: 695 - 18 * row, text: cell))
        }
      }
    }
    return LetterPDF.document(pages: [texts], rules: rules)
  }

  private let ruledDecisions: Set = [
    "EMPLOI-ACCOMPAGNE accord", "ESAT rejet", "AAH rejet", "RQTH accord",
  ]

  @Test(arguments: ["image/png", "image/jpeg", "image/webp"]) func readsRuledTablesOfScans(
    _ type: String
  ) async throws {
    let page = try run(
      "pdftoppm", ["-r", "200", "-gray", "-l", "1", "/dev/stdin"], Data(ruledLetter))
    let leaning = try run("pnmrotate", ["-background=white", "1.6"], page)
    let image: Data
    switch type {
    case "image/png": image = try run("pnmtopng", [], leaning)
    case "image/webp": image = try run("cwebp", ["-quiet", "-o", "-", "--", "-"], leaning)
    default: image = try run("pnmtojpeg", [], leaning)
    }
    let analysis = try await analyze(image, type)
    #expect(
      Set(analysis.decisions.map { "\($0.aide) \($0.sens.rawValue)" }) == ruledDecisions)
    let granted = analysis.decisions.first { $0.aide == "EMPLOI-ACCOMPAGNE" }
    #expect(granted?.debut == "2024-06-01" && granted?.fin == "2029-05-31")
  }

  @Test(arguments: [1, 20, 63, 64, 300]) func smallAndEmptyImagesAreReadAsEmpty(
    _ side: Int
  ) async throws {
    let grey = PageImage(
      width: side, height: side, points: [UInt8](repeating: 255, count: side * side))
    let png = try run("pnmtopng", [], Data(grey.pgm))
    let analysis = try await analyze(png, "image/png")
    #expect(analysis.dates.isEmpty && !analysis.warnings.isEmpty)
  }

  /// A colour and its transparency, one point: local thresholds cannot be found for it.
  @Test func onePointOfColourIsNoBrokenFile() async throws {
    let png = try #require(
      Data(
        base64Encoded:
          "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9a"
          + "wAAAABJRU5ErkJggg=="))
    #expect(try await analyze(png, "image/png").dates.isEmpty)
  }

  @Test func setsPhotographsUprightAsTheirCameraSays() async throws {
    let page = try run(
      "pdftoppm", ["-r", "200", "-gray", "-l", "1", "/dev/stdin"], Data(ruledLetter))
    let sideways = try run("pnmflip", ["-ccw"], page)
    var jpeg = [UInt8](try run("pnmtojpeg", [], sideways))
    // Exif: one entry, orientation 6: a quarter turn clockwise sets it upright.
    let exif: [UInt8] =
      Array("Exif\0\0MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1]
      + [0, 6, 0, 0, 0, 0, 0, 0]
    jpeg.insert(contentsOf: [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif, at: 2)
    let analysis = try await analyze(Data(jpeg), "image/jpeg")
    #expect(
      Set(analysis.decisions.map { "\($0.aide) \($0.sens.rawValue)" }) == ruledDecisions)
  }
}
