/// A page as grey points: set straight and freed of ruled lines, so that character recognition sees
/// text alone.
///
/// ```swift
/// if let page = PageImage(pnm: bytes) { file.write(page.prepared().pgm) }
/// ```
///
/// Recognition takes words in the cells of a ruled table for pictures, and lines of text that lean
/// for one another: both cost whole rows.
package struct PageImage: Sendable {
  package private(set) var width: Int
  package private(set) var height: Int
  /// Row after row, 0 is black.
  package private(set) var points: [UInt8]

  /// Points of the largest page.
  static let pointsMax = ImageSize.pixelsMax
  /// Points below which a page's longer side is made twice as long: small letters are read badly.
  private static let longSideMin = 2200
  /// Points above which it is made half as long: what cameras add is noise.
  private static let longSideMax = 5000
  private static let white: UInt8 = 255

  package init(width: Int, height: Int, points: [UInt8]) {
    self.width = width
    self.height = height
    self.points = points
  }

  /// Reads binary PBM, PGM or PPM (`P4`, `P5`, `P6`) of at most 8 bits; nil for anything else.
  package init?(pnm bytes: [UInt8]) {
    var at = 2
    func number() -> Int? {
      while at < bytes.count, bytes[at] <= 0x20 || bytes[at] == UInt8(ascii: "#") {
        if bytes[at] == UInt8(ascii: "#") {
          while at < bytes.count, bytes[at] != 0x0A { at += 1 }
        } else {
          at += 1
        }
      }
      var value = 0
      let start = at
      while at < bytes.count, (0x30...0x39).contains(bytes[at]), value <= Self.pointsMax {
        value = value * 10 + Int(bytes[at] - 0x30)
        at += 1
      }
      return at > start ? value : nil
    }
    guard bytes.count > 8, bytes[0] == UInt8(ascii: "P"), let width = number(),
      let height = number(), width > 0, height > 0, width <= 20_000, height <= 20_000,
      width * height <= Self.pointsMax
    else { return nil }
    self.width = width
    self.height = height
    switch bytes[1] {
    case UInt8(ascii: "4"): points = Self.bits(bytes[(at + 1)...], width, height)
    case UInt8(ascii: "5") where number() == 255:
      points = Array(bytes[min(at + 1, bytes.count)...].prefix(width * height))
    case UInt8(ascii: "6") where number() == 255:
      points = Self.colours(bytes[min(at + 1, bytes.count)...], width * height)
    default: return nil
    }
    guard points.count == width * height else { return nil }
  }

  /// Eight points a byte, each row from a new byte on; a set bit is black.
  private static func bits(_ bytes: ArraySlice<UInt8>, _ width: Int, _ height: Int) -> [UInt8] {
    let rowBytes = (width + 7) / 8
    guard bytes.count >= rowBytes * height else { return [] }
    return (0..<width * height).map { index in
      let byte = bytes[bytes.startIndex + index / width * rowBytes + index % width / 8]
      return byte & (0x80 >> UInt8(index % width % 8)) == 0 ? white : 0
    }
  }

  private static func colours(_ bytes: ArraySlice<UInt8>, _ count: Int) -> [UInt8] {
    guard bytes.count >= 3 * count else { return [] }
    return (0..<count).map { index in
      let at = bytes.startIndex + 3 * index
      let (red, green, blue) = (Int(bytes[at]), Int(bytes[at + 1]), Int(bytes[at + 2]))
      return UInt8((red * 299 + green * 587 + blue * 114) / 1000)
    }
  }

  /// As binary PGM.
  package var pgm: [UInt8] { Array("P5\n\(width) \(height)\n255\n".utf8) + points }

  /// Upright, straight, of a size that is read well, without ruled lines.
  /// - Parameter quarterTurns: clockwise, as the camera says.
  package func prepared(quarterTurns: Int = 0) -> PageImage {
    var page = self
    if max(width, height) > Self.longSideMax { page = page.halved() }
    for _ in 0..<(quarterTurns % 4) { page = page.turnedRight() }
    let lean = page.lean()
    let scale = max(page.width, page.height) < Self.longSideMin ? 2 : 1
    if abs(lean) >= 0.001 || scale > 1 { page = page.turned(by: -lean, scale: scale) }
    page.removeRules()
    return page
  }

  // MARK: Upright

  private func halved() -> PageImage {
    let (half, rows) = (width / 2, height / 2)
    return PageImage(
      width: half, height: rows,
      points: (0..<half * rows).map { index in
        let at = index / half * 2 * width + index % half * 2
        let sum = Int(points[at]) + Int(points[at + 1]) + Int(points[at + width])
        return UInt8((sum + Int(points[at + width + 1])) / 4)
      })
  }

  private func turnedRight() -> PageImage {
    PageImage(
      width: height, height: width,
      points: (0..<points.count).map { index in
        points[(height - 1 - index % height) * width + index / height]
      })
  }

  // MARK: Straight

  /// The angle at which lines of text lean, in radians, within five degrees: the one along which
  /// rows are fullest and emptiest.
  package func lean() -> Double {
    let step = max(1, max(width, height) / 900)
    let threshold = darkness()
    var dark: [(x: Int, y: Int)] = []
    for y in stride(from: 0, to: height, by: step) {
      for x in stride(from: 0, to: width, by: step) where points[y * width + x] < threshold {
        dark.append((x / step, y / step))
      }
    }
    // A page that is mostly dark has no lines.
    guard dark.count > 200, dark.count < width * height / (step * step) / 3 else { return 0 }
    let rows = height / step + 2 * width / step
    func sharpness(_ angle: Double) -> Double {
      var counts = [Int](repeating: 0, count: rows)
      for point in dark {
        let row = Int(Double(point.y) - Double(point.x) * angle) + width / step
        if counts.indices.contains(row) { counts[row] += 1 }
      }
      return zip(counts, counts.dropFirst()).reduce(0) {
        let change = Double($1.0 - $1.1)
        return $0 + change * change
      }
    }
    func best(_ angles: [Double]) -> Double {
      angles.map { ($0, sharpness($0)) }.max { $0.1 < $1.1 }?.0 ?? 0
    }
    let degree = Double.pi / 180
    let coarse = best((-20...20).map { Double($0) * degree / 4 })
    let fine = best((-5...5).map { coarse + Double($0) * degree / 20 })
    // Straight enough is left alone: turning blurs.
    return abs(fine) < 0.2 * degree ? 0 : fine
  }

  /// What is darker is ink: halfway between the page's ink and its paper.
  private func darkness() -> UInt8 {
    var counts = [Int](repeating: 0, count: 256)
    for index in stride(from: 0, to: points.count, by: 7) { counts[Int(points[index])] += 1 }
    let total = counts.reduce(0, +)
    func level(_ share: Double) -> Int {
      var left = Int(Double(total) * share)
      for (value, count) in counts.enumerated() {
        left -= count
        if left < 0 { return value }
      }
      return 255
    }
    return UInt8(clamping: (level(0.01) + level(0.6)) / 2)
  }

  /// Turned about its middle and enlarged; what comes in from outside is white.
  private func turned(by angle: Double, scale: Int) -> PageImage {
    let (newWidth, newHeight) = (width * scale, height * scale)
    var turned = [UInt8](repeating: Self.white, count: newWidth * newHeight)
    // Sine and cosine of so small an angle are the angle and one.
    let (middleX, middleY) = (Double(width) / 2, Double(height) / 2)
    points.withUnsafeBufferPointer { source in
      for y in 0..<newHeight {
        let fromY = (Double(y) + 0.5) / Double(scale) - 0.5
        for x in 0..<newWidth {
          let fromX = (Double(x) + 0.5) / Double(scale) - 0.5
          let sourceX = fromX + (fromY - middleY) * angle
          let sourceY = fromY - (fromX - middleX) * angle
          let (left, top) = (Int(sourceX.rounded(.down)), Int(sourceY.rounded(.down)))
          guard left >= 0, top >= 0, left + 1 < width, top + 1 < height else { continue }
          let (partX, partY) = (sourceX - Double(left), sourceY - Double(top))
          let at = top * width + left
          let upper = Double(source[at]) * (1 - partX) + Double(source[at + 1]) * partX
          let lower =
            Double(source[at + width]) * (1 - partX) + Double(source[at + width + 1]) * partX
          turned[y * newWidth + x] = UInt8(upper * (1 - partY) + lower * partY)
        }
      }
    }
    return PageImage(width: newWidth, height: newHeight, points: turned)
  }

  // MARK: Ruled lines

  /// Erases thin dark lines along rows and columns that are longer than any letter.
  private mutating func removeRules() {
    let ink = darkness()
    let thick = max(4, max(width, height) / 350)
    var erased: [Int] = []
    // Along a row a letter's stroke is short, a line of dashes is no rule.
    find(
      lines: height, along: width, lineStep: width, pointStep: 1,
      longest: max(60, width / 14), thick: thick, ink: ink, into: &erased)
    find(
      lines: width, along: height, lineStep: 1, pointStep: width,
      longest: max(60, height / 28), thick: thick, ink: ink, into: &erased)
    for place in erased { points[place] = Self.white }
  }

  private func find(
    lines: Int, along: Int, lineStep: Int, pointStep: Int, longest: Int, thick: Int, ink: UInt8,
    into erased: inout [Int]
  ) {
    points.withUnsafeBufferPointer { points in
      func isThin(_ place: Int, _ line: Int) -> Bool {
        var count = 1
        var near = 1
        while count <= thick, line - near >= 0, points[place - near * lineStep] < ink {
          count += 1
          near += 1
        }
        near = 1
        while count <= thick, line + near < lines, points[place + near * lineStep] < ink {
          count += 1
          near += 1
        }
        return count <= thick
      }
      for line in 0..<lines {
        var start = -1
        for position in 0...along {
          let place = line * lineStep + position * pointStep
          if position < along, points[place] < ink {
            if start < 0 { start = position }
          } else if start >= 0 {
            if position - start >= longest {
              // With its grey edges, and what a slight slope left of it on the lines beside.
              for near in max(0, line - 3)...min(lines - 1, line + 3) {
                for inside in max(0, start - 8)..<min(along, position + 8) {
                  let place = near * lineStep + inside * pointStep
                  if points[place] < 230, isThin(place, near) { erased.append(place) }
                }
              }
            }
            start = -1
          }
        }
      }
    }
  }
}
