import Telemetry
import WorkerAPI

/// Public answers over a restart.
extension ChatService {
  private var basis: CacheSnapshot.Basis {
    CacheSnapshot.Basis(
      program: CacheFile.program, prompt: ChatPrompt.version, model: model, corpus: corpus())
  }

  private var wallMilliseconds: Int64 { Int64(clamping: clock.wall() / 1_000_000) }

  /// The public answers of now.
  package var snapshot: CacheSnapshot {
    let wall = wallMilliseconds
    return CacheSnapshot(
      basis: basis,
      entries: flights.publicEntries().map { .init($0, wallMilliseconds: wall) })
  }

  /// Takes back what still holds; answers how many that were. None where the answers were made of
  /// something else.
  package func restore(_ snapshot: CacheSnapshot) -> Int {
    guard snapshot.basis == basis else { return 0 }
    let wall = wallMilliseconds
    return flights.restore(
      snapshot.entries.compactMap { $0.publicEntry(wallMilliseconds: wall) })
  }

  /// Reads the file and takes back what holds; a file that is missing or broken costs misses, never
  /// the start.
  package func restore(from path: String) {
    do throws(CacheFile.Failure) {
      guard let snapshot = try CacheFile(path: path).read() else { return }
      let count = restore(snapshot)
      observe(
        .cacheRestored(entries: count, refused: snapshot.basis == basis ? nil : "other_basis"))
    } catch {
      observe(.cacheRestored(entries: 0, refused: "\(error)"))
    }
  }

  /// Writes the public answers to the file.
  package func save(to path: String) {
    let snapshot = snapshot
    do throws(CacheFile.Failure) {
      try CacheFile(path: path).write(snapshot)
      observe(.cacheSaved(entries: snapshot.entries.count))
    } catch {
      observe(.internalFault(message: "the cache could not be saved: \(error)", requestID: nil))
    }
  }
}
