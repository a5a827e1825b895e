import WorkerAPI

/// Why a document cannot be read.
enum DocumentFailure: Error, Equatable {
  /// A password stands before it.
  case encrypted
  /// It is broken, or not what its first bytes say.
  case unreadable
  /// Reading it takes more time or memory than one document may.
  case tooComplex
  /// A program that reads documents is missing on this machine.
  case toolMissing
}

/// Finds the words of a document: by `pdftotext` where a PDF has text, by `tesseract` where a page
/// is an image.
///
/// Everything runs within one deadline; what is not read by then is said in a warning, unless
/// nothing was read at all.
struct DocumentTextReader: Sendable {
  /// The words of a document.
  struct Reading: Sendable {
    var pages: [PageLayout]
    var warnings: [String] = []
    /// Pages that were recognised rather than read, each in another way: not in `pages` as well.
    var alternative: [PageLayout]?
    var isRecognised = false
    /// There are more pages than were read.
    var isCut = false
  }

  /// Pages that are read, and of these images that are recognised.
  private static let pagesMax = 10
  private static let imagesMax = 4
  /// Letters that make a page one with text.
  private static let lettersMin = 30
  /// Points along the longer side of a page made an image: A4 at 300 dpi.
  private static let pointsMax = 3508
  /// Points along the shorter side of an image that may hold lines of text.
  private static let pageSideMin = 64

  let tools = ToolRunner()

  /// Reads a document; `deadline` bounds all of it.
  func read(
    _ file: ScratchFile, type: DocumentType, deadline: ContinuousClock.Instant
  ) async throws -> Reading {
    do {
      if type == .pdf { return try await readPDF(file, deadline) }
      return try await readImage(file, type, deadline)
    } catch is ToolRunner.Unavailable {
      throw DocumentFailure.toolMissing
    }
  }

  private func left(_ deadline: ContinuousClock.Instant, _ longest: Duration) -> Duration {
    min(longest, ContinuousClock.now.duration(to: deadline))
  }

  // MARK: PDF

  private func readPDF(
    _ file: ScratchFile, _ deadline: ContinuousClock.Instant
  ) async throws -> Reading {
    let outcome = try await tools.text(
      "pdftotext",
      ["-q", "-bbox-layout", "-enc", "UTF-8", "-l", String(Self.pagesMax + 1), "/dev/stdin", "-"],
      input: file, bounds: .init(time: left(deadline, .seconds(5))))
    guard case .ended(let status, let output, _) = outcome else {
      throw DocumentFailure.tooComplex
    }
    if status == 127 { throw DocumentFailure.toolMissing }
    // Its words about a password are among thousands about a broken file: the file is asked.
    if status != 0, file.contains(Array("/Encrypt".utf8)) { throw DocumentFailure.encrypted }
    var pages = PDFLayoutParser.pages(output)
    guard status == 0, !pages.isEmpty else { throw DocumentFailure.unreadable }
    var reading = Reading(pages: [])
    if pages.count > Self.pagesMax {
      pages = Array(pages.prefix(Self.pagesMax))
      reading.isCut = true
      reading.warnings.append(
        "Ce document a plus de \(Self.pagesMax) pages : seules les premières ont été lues.")
    }
    reading.pages = pages
    let images = pages.indices.filter { Self.letters(pages[$0]) < Self.lettersMin }
    if !images.isEmpty { try await recognise(images, of: file, into: &reading, deadline) }
    // A page that some program locked against copying has no text either.
    if reading.pages.allSatisfy({ $0.paragraphs.isEmpty }), reading.warnings.isEmpty {
      reading.warnings.append("Aucun texte n'a pu être lu dans ce document.")
    }
    return reading
  }

  private static func letters(_ page: PageLayout) -> Int {
    page.paragraphs.joined().joined().reduce(0) { $0 + $1.text.count(where: \.isLetter) }
  }

  private func recognise(
    _ images: [Int], of file: ScratchFile, into reading: inout Reading,
    _ deadline: ContinuousClock.Instant
  ) async throws {
    var alternative = reading.pages
    var unread = max(0, images.count - Self.imagesMax)
    for page in images.prefix(Self.imagesMax) {
      let image = try ScratchFile()
      let number = String(page + 1)
      let outcome = try await tools.file(
        "pdftoppm",
        [
          "-q", "-gray", "-f", number, "-l", number, "-scale-to", String(Self.pointsMax),
          "/dev/stdin",
        ], input: file, output: image, bounds: .init(time: left(deadline, .seconds(4))))
      guard case .ended(0, _, _) = outcome, image.count > 0 else {
        unread += 1
        continue
      }
      guard let found = try await recognise(try Self.prepared(image), deadline) else {
        unread += 1
        continue
      }
      reading.isRecognised = true
      reading.pages[page] = found.best
      alternative[page] = found.other ?? found.best
    }
    if unread > 0 {
      reading.warnings.append(
        unread == 1
          ? "Une page est une image qui n'a pas pu être lue."
          : "\(unread) pages sont des images qui n'ont pas pu être lues.")
    }
    if reading.isRecognised {
      reading.alternative = alternative
    } else if reading.pages.allSatisfy({ $0.paragraphs.isEmpty }),
      ContinuousClock.now >= deadline
    {
      throw DocumentFailure.tooComplex
    }
  }

  // MARK: Images

  private func readImage(
    _ file: ScratchFile, _ type: DocumentType, _ deadline: ContinuousClock.Instant
  ) async throws -> Reading {
    guard let size = ImageSize(file.prefix(256 * 1024), type: type) else {
      throw DocumentFailure.unreadable
    }
    if size.isTooLarge { throw DocumentFailure.tooComplex }
    let turns = type == .jpeg ? ImageSize.quarterTurns(file.prefix(64 * 1024)) : 0
    let isPage = min(size.width, size.height) >= Self.pageSideMin
    let page = isPage ? try await decoded(file, type, deadline) : nil
    let prepared = try page.map { try Self.prepared($0, quarterTurns: turns) } ?? file
    guard let found = try await recognise(prepared, deadline) else {
      if ContinuousClock.now >= deadline { throw DocumentFailure.tooComplex }
      return Reading(
        pages: [], warnings: ["Aucun texte n'a pu être lu sur cette image."], isRecognised: true)
    }
    return Reading(
      pages: [found.best], alternative: found.other.map { [$0] }, isRecognised: true)
  }

  /// The image as plain points; nil where that does not work: recognition opens it by itself.
  private func decoded(
    _ file: ScratchFile, _ type: DocumentType, _ deadline: ContinuousClock.Instant
  ) async throws -> ScratchFile? {
    let (program, arguments): (String, [String])
    switch type {
    case .png: (program, arguments) = ("pngtopnm", ["-mix", "-background=white", "-quiet"])
    case .jpeg: (program, arguments) = ("jpegtopnm", ["-quiet"])
    case .webp: (program, arguments) = ("dwebp", ["-quiet", "-ppm", "-o", "-", "--", "-"])
    case .pdf: return nil
    }
    let output = try ScratchFile()
    let outcome = try await tools.file(
      program, arguments, input: file, output: output,
      bounds: .init(time: left(deadline, .seconds(3))))
    guard case .ended(0, _, _) = outcome, output.count > 0 else { return nil }
    return output
  }

  /// The same page upright, straight and without ruled lines; as it is where it cannot be read.
  private static func prepared(
    _ image: ScratchFile, quarterTurns: Int = 0
  ) throws -> ScratchFile {
    guard let page = PageImage(pnm: image.prefix(image.count)) else { return image }
    let prepared = try ScratchFile()
    try prepared.write(page.prepared(quarterTurns: quarterTurns).pgm)
    return prepared
  }

  /// Recognises one image, with a second way of cutting the page into blocks where time allows.
  /// - Returns: nil where no word was found.
  private func recognise(
    _ image: ScratchFile, _ deadline: ContinuousClock.Instant
  ) async throws -> (best: PageLayout, other: PageLayout?)? {
    let first = try await recognise(image, ["--psm", "3"], deadline)
    // Another way of telling ink from paper as well: light falls unevenly on photographs.
    let second: (layout: PageLayout, confidence: Double)?
    do {
      second = try await recognise(
        image, ["--psm", "6", "-c", "thresholding_method=2"], deadline)
    } catch DocumentFailure.unreadable {
      // What the first way could open is no broken file.
      second = nil
    }
    switch (first, second) {
    case (nil, nil): return nil
    case (let first?, let second?): return (first.layout, second.layout)
    case (let only?, nil), (nil, let only?): return (only.layout, nil)
    }
  }

  private func recognise(
    _ image: ScratchFile, _ mode: [String], _ deadline: ContinuousClock.Instant
  ) async throws -> (layout: PageLayout, confidence: Double)? {
    let outcome = try await tools.text(
      "tesseract",
      [
        "/dev/stdin", "stdout", "-l", "fra", "-c", "tessedit_create_tsv=1",
      ] + mode, input: image, bounds: .init(time: left(deadline, .seconds(6)), memoryBytes: 1 << 30)
    )
    switch outcome {
    case .killed: return nil
    case .ended(0, let output, _): return RecognitionParser.page(output)
    case .ended(127, _, _): throw DocumentFailure.toolMissing
    case .ended(_, _, let errors):
      // The image is broken, or its language is not installed.
      if errors.contains("loading language") { throw DocumentFailure.toolMissing }
      throw DocumentFailure.unreadable
    }
  }
}
