/// Vectors of length one, row after row, and the exact search among them.
///
/// The inner product of two such vectors is the cosine of their angle: 1 for the same direction.
/// Every row is compared: a few hundred rows of 768 numbers take some ten microseconds, which no
/// approximate index would make up for.
package struct VectorMatrix: Sendable {
  /// A row, and how near it is: from -1 to 1.
  package struct Match: Sendable, Equatable {
    package let row: Int
    package let similarity: Float
  }

  package let dimensions: Int
  /// `count * dimensions` numbers.
  private let values: [Float]

  package var count: Int { dimensions == 0 ? 0 : values.count / dimensions }

  /// Nil where a row has another length.
  package init?(_ rows: [[Float]], dimensions: Int) {
    guard dimensions > 0, rows.allSatisfy({ $0.count == dimensions }) else { return nil }
    self.dimensions = dimensions
    values = rows.flatMap { $0 }
  }

  /// The rows nearest to a vector, the nearest first; the lower row first of equals. Empty where
  /// the vector has another length.
  package func nearest(to vector: [Float], limit: Int) -> [Match] {
    guard vector.count == dimensions, limit > 0 else { return [] }
    let similarities = products(with: vector)
    var best: [Match] = []
    for (row, similarity) in similarities.enumerated() {
      if best.count == limit, let last = best.last, last.similarity >= similarity { continue }
      let place = best.firstIndex { $0.similarity < similarity } ?? best.count
      best.insert(Match(row: row, similarity: similarity), at: place)
      if best.count > limit { best.removeLast() }
    }
    return best
  }

  /// The inner product of each row with a vector.
  ///
  /// Sixteen numbers at a time in two sums that do not wait for each other; the rest one by one.
  /// The pointers are the arrays' own and do not leave the closures; each load ends before the end
  /// of its row.
  private func products(with vector: [Float]) -> [Float] {
    let width = 16
    let whole = dimensions / (2 * width) * (2 * width)
    return values.withUnsafeBytes { rows in
      vector.withUnsafeBytes { vector in
        (0..<count).map { row in
          let base = row * dimensions
          var one = SIMD16<Float>.zero
          var other = SIMD16<Float>.zero
          var place = 0
          while place < whole {
            let (first, second) = (place * 4, (place + width) * 4)
            // Not `addProduct`: without the instruction for it that is a call for each number.
            one +=
              rows.loadUnaligned(fromByteOffset: base * 4 + first, as: SIMD16<Float>.self)
              * vector.loadUnaligned(fromByteOffset: first, as: SIMD16<Float>.self)
            other +=
              rows.loadUnaligned(fromByteOffset: base * 4 + second, as: SIMD16<Float>.self)
              * vector.loadUnaligned(fromByteOffset: second, as: SIMD16<Float>.self)
            place += 2 * width
          }
          var sum = (one + other).sum()
          while place < dimensions {
            sum +=
              rows.loadUnaligned(fromByteOffset: (base + place) * 4, as: Float.self)
              * vector.loadUnaligned(fromByteOffset: place * 4, as: Float.self)
            place += 1
          }
          return sum
        }
      }
    }
  }
}
