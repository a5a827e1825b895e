import Cryptography
import Synchronization

/// Lets tabs that present the same refresh token at the same moment share one answer: Supabase
/// wants refreshes of a session one after the other, and answers 409 to some of those that are not.
final class RefreshFlights: Sendable {
  private typealias Flight = Task<Result<SignedIn, IdentityError>, Never>

  private let flights = Mutex<[[UInt8]: Flight]>([:])

  /// What `work` gives, or what the same work gives that began before.
  func share(
    _ token: String, _ work: @escaping @Sendable () async throws(IdentityError) -> SignedIn
  ) async throws(IdentityError) -> SignedIn {
    let key = SHA256.hash(Array(token.utf8))
    let flight = flights.withLock { flights -> Flight in
      if let flight = flights[key] { return flight }
      // Of its own: a tab that is closed must not take the token from the others.
      let flight = Flight {
        let result: Result<SignedIn, IdentityError>
        do throws(IdentityError) { result = .success(try await work()) } catch {
          result = .failure(error)
        }
        _ = self.flights.withLock { $0.removeValue(forKey: key) }
        return result
      }
      flights[key] = flight
      return flight
    }
    return try await flight.value.get()
  }
}
