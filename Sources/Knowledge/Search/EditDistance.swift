/// Slips between two words: insertion, omission, substitution, two letters swapped.
enum EditDistance {
  /// The distance, or anything above `limit` where it is greater.
  static func between(_ one: [UInt8], _ other: [UInt8], limit: Int) -> Int {
    var before: [Int] = []
    var row = Array(0...other.count)
    for i in 1...max(1, one.count) where i <= one.count {
      var next = [i] + [Int](repeating: 0, count: other.count)
      var least = i
      for j in 1...max(1, other.count) where j <= other.count {
        var value = min(
          row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1))
        if i > 1, j > 1, one[i - 1] == other[j - 2], one[i - 2] == other[j - 1] {
          value = min(value, before[j - 2] + 1)
        }
        next[j] = value
        least = min(least, value)
      }
      if least > limit { return limit + 1 }
      before = row
      row = next
    }
    return row[other.count]
  }
}
