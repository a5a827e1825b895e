/// Chooses the owner of a key among candidates so that a candidate that comes or goes moves only
/// its own keys, and so that a hot owner passes work on.
///
/// Highest random weight: every candidate is scored with the key, the order of scores is the order
/// of preference. With bounded loads (Mirrokni and others, 2016) a candidate that already carries
/// `factor` times its fair share is passed over.
package enum RendezvousHashing {
  /// A place that can own keys.
  package struct Candidate: Sendable, Equatable {
    /// Stable over restarts: the score depends on it.
    package let name: String
    /// Requests it works on now.
    package let load: Int

    package init(name: String, load: Int) {
      self.name = name
      self.load = load
    }
  }

  /// Indices of the candidates, preferred first; those over the bound come last, in order too.
  ///
  /// - Parameter factor: 1 plus the slack over the fair share; 1.25 is a usual value.
  package static func order(
    key: [UInt8], candidates: [Candidate], factor: Double = 1.25
  ) -> [Int] {
    let scores = candidates.map { score(key, $0.name) }
    let sorted = candidates.indices.sorted {
      scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1]
    }
    let total = candidates.reduce(1) { $0 + max(0, $1.load) }
    let slack = factor.isFinite ? min(1000, max(1, factor)) : 1000
    let share = Double(total) * slack / Double(max(1, candidates.count))
    let bound = max(1, Int(min(share.rounded(.up), 1e15)))
    let free = sorted.filter { candidates[$0].load < bound }
    return free + sorted.filter { candidates[$0].load >= bound }
  }

  /// FNV-1a over key and name, mixed as MurmurHash3 ends, since FNV's high bits are weak.
  private static func score(_ key: [UInt8], _ name: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in key { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01b3 }
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01b3 }
    hash ^= hash >> 33
    hash = hash &* 0xff51_afd7_ed55_8ccd
    hash ^= hash >> 33
    hash = hash &* 0xc4ce_b9fe_1a85_ec53
    return hash ^ hash >> 33
  }
}
