extension Duration {
  /// Nanoseconds, rounded down; 0 for a negative duration, a century at most.
  var wholeNanoseconds: UInt64 {
    guard self > .zero else { return 0 }
    let (seconds, attoseconds) = components
    return UInt64(min(seconds, 3_155_760_000)) * 1_000_000_000
      + UInt64(attoseconds) / 1_000_000_000
  }
}
