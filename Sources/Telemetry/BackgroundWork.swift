/// What the gateway does without a request that waits for it, so that nobody would see it fail; the
/// label `work` of `phoenix_background_work_total`.
package enum BackgroundWork: String, Sendable, CaseIterable {
  /// Reading which sessions were revoked by other gateways, twice a second: while it fails, a
  /// logout elsewhere is not heard of here.
  case revocations
  /// Deleting conversations that are older than they are kept.
  case retention
  /// Deleting sessions, tokens and keys of requests that no answer depends on any more.
  case sessions
  /// Deleting an object of Supabase Storage whose row was not written: while it fails, bytes of a
  /// family stay there that no list shows.
  case storage
}

/// How it ended; the label `outcome`.
enum BackgroundOutcome: String, CaseIterable {
  case ok
  case failed
}
