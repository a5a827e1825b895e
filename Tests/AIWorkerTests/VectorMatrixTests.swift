import AIWorker
import Foundation
import Testing

@Suite struct VectorMatrixTests {
  private static func unit(_ random: inout SeededGenerator, _ dimensions: Int) -> [Float] {
    let numbers = (0..<dimensions).map { _ in Float.random(in: -1...1, using: &random) }
    let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return numbers.map { $0 / length }
  }

  /// Against the plain sum, at lengths that fill the registers and at those that do not.
  @Test(arguments: [1, 3, 31, 32, 33, 63, 96, 767, 768, 3072])
  func findsWhatThePlainSumFinds(_ dimensions: Int) throws {
    var random = SeededGenerator(seed: UInt64(dimensions))
    let rows = (0..<70).map { _ in Self.unit(&random, dimensions) }
    let matrix = try #require(VectorMatrix(rows, dimensions: dimensions))
    for _ in 0..<5 {
      let asked = Self.unit(&random, dimensions)
      let plain = rows.map { row in
        zip(row, asked).reduce(Double(0)) { $0 + Double($1.0) * Double($1.1) }
      }
      let found = matrix.nearest(to: asked, limit: 10)
      #expect(found.count == 10)
      for (place, match) in found.enumerated() {
        #expect(abs(Double(match.similarity) - plain[match.row]) < 1e-4)
        if place > 0 { #expect(found[place - 1].similarity >= match.similarity) }
      }
      let worst = Double(found.last?.similarity ?? 0)
      let left = plain.indices.filter { row in !found.contains { $0.row == row } }
      #expect(left.allSatisfy { plain[$0] <= worst + 1e-4 })
    }
  }

  @Test func theVectorItselfComesFirst() throws {
    var random = SeededGenerator(seed: 7)
    let rows = (0..<50).map { _ in Self.unit(&random, 768) }
    let matrix = try #require(VectorMatrix(rows, dimensions: 768))
    for (row, vector) in rows.enumerated() {
      let best = try #require(matrix.nearest(to: vector, limit: 1).first)
      #expect(best.row == row && abs(best.similarity - 1) < 1e-4)
    }
  }

  @Test func refusesOtherLengths() throws {
    #expect(VectorMatrix([[1, 0], [1]], dimensions: 2) == nil)
    #expect(VectorMatrix([], dimensions: 0) == nil)
    let matrix = try #require(VectorMatrix([[1, 0], [0, 1]], dimensions: 2))
    #expect(matrix.nearest(to: [1, 0, 0], limit: 1) == [])
    #expect(matrix.nearest(to: [1, 0], limit: 0) == [])
    #expect(matrix.nearest(to: [1, 0], limit: 9).count == 2)
    #expect(try #require(VectorMatrix([], dimensions: 2)).nearest(to: [1, 0], limit: 1) == [])
  }

  /// The passages of today four times over: a search stays far below the millisecond of CPU.
  @Test func aSearchTakesMicroseconds() throws {
    var random = SeededGenerator(seed: 3)
    let rows = (0..<1000).map { _ in Self.unit(&random, 768) }
    let matrix = try #require(VectorMatrix(rows, dimensions: 768))
    let asked = Self.unit(&random, 768)
    func cpu() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
    let best =
      (0..<20).map { _ in
        let began = cpu()
        for _ in 0..<20 { _ = matrix.nearest(to: asked, limit: 12) }
        return (cpu() - began) / 20
      }.min() ?? 1
    print("1000 vectors of 768: \(Int(best * 1e6)) µs of CPU")
    #expect(best < 0.003)
  }
}

@Suite struct VectorFileTests {
  private let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("phoenix-vectors-\(UUID().uuidString)").path

  private func vectors() -> VectorFile.Vectors {
    [
      VectorFile.key("a", model: "m", dimensions: 4): [0.5, -0.5, 0.25, 1],
      VectorFile.key("b", model: "m", dimensions: 4): [0, 1, 0, -1],
    ]
  }

  @Test func whatWasWrittenIsRead() throws {
    let file = VectorFile(path: path)
    defer { unlink(path) }
    #expect(try file.read(dimensions: 4).isEmpty)
    try file.write(vectors(), dimensions: 4)
    #expect(try file.read(dimensions: 4) == vectors())
    try file.write([:], dimensions: 4)
    #expect(try file.read(dimensions: 4).isEmpty)
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  /// Cut anywhere, or with any byte turned: refused, never read as something else.
  @Test func whatIsBrokenIsRefused() throws {
    let file = VectorFile(path: path)
    defer { unlink(path) }
    try file.write(vectors(), dimensions: 4)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for end in 0..<whole.count {
      try whole.prefix(end).write(to: URL(fileURLWithPath: path))
      #expect(throws: VectorFile.Failure.malformed) { try file.read(dimensions: 4) }
    }
    for place in whole.indices {
      var turned = whole
      turned[place] ^= 0x40
      try turned.write(to: URL(fileURLWithPath: path))
      #expect(throws: VectorFile.Failure.malformed) { try file.read(dimensions: 4) }
    }
    try whole.write(to: URL(fileURLWithPath: path))
    #expect(throws: VectorFile.Failure.malformed) { try file.read(dimensions: 8) }
  }

  @Test func aKeyChangesWithEverythingItStandsFor() {
    let keys = [
      VectorFile.key("a", model: "m", dimensions: 4),
      VectorFile.key("b", model: "m", dimensions: 4),
      VectorFile.key("a", model: "n", dimensions: 4),
      VectorFile.key("a", model: "m", dimensions: 8),
      VectorFile.key("am", model: "", dimensions: 4),
    ]
    #expect(Set(keys).count == keys.count && keys.allSatisfy { $0.count == 32 })
  }

  @Test func aPathThatCannotBeWrittenIsAFailure() {
    #expect(throws: VectorFile.Failure.unwritable) {
      try VectorFile(path: "/nowhere/vectors").write([:], dimensions: 4)
    }
  }
}
