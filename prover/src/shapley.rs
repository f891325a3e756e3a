//! The coefficients of a Shapley value in closed form: see `hyperbounty/market/shapley.py`, which says where from.

/// The coefficients of b, β, g, γ, τ and ω among so many updates, times one number that they share.
pub fn coefficients(updates: usize) -> [i64; 6] {
    assert!(updates >= 3, "a mean of fewer is never paid by");
    let m = updates as i128;
    let (others, pairs) = (Ratio(1, m - 1), Ratio(1, (m - 1) * (m - 2)));
    let mut all = [Ratio(0, 1); 6];
    for s in 0..m {
        let (with_it, squared) = (Ratio(1, s + 1), Ratio(1, (s + 1) * (s + 1)));
        all[0] = all[0].plus(with_it.times(2));
        all[1] = all[1].plus(others.by(with_it).times(2 * s));
        all[2] = all[2].plus(squared.times(-1));
        all[3] = all[3].plus(others.by(squared).times(-2 * s));
        all[4] = all[4].plus(others.by(squared).times(-s));
        all[5] = all[5].plus(pairs.by(squared).times(-s * (s - 1)));
        if s > 0 {
            all[1] = all[1].plus(others.times(-2));
            all[4] = all[4].plus(others.by(Ratio(1, s)));
            all[5] = all[5].plus(pairs.by(Ratio(1, s)).times(s - 1));
        }
    }
    let means = all.map(|each| each.by(Ratio(1, m)));
    let denominator = means.iter().fold(1, |known, each| known / gcd(known, each.1) * each.1);
    means.map(|each| i64::try_from(each.0 * (denominator / each.1)).expect("of 8 updates they have 30 bits"))
}

#[derive(Clone, Copy)]
struct Ratio(i128, i128);

impl Ratio {
    fn reduced(self) -> Self {
        let common = gcd(self.0.abs(), self.1).max(1);
        Self(self.0 / common, self.1 / common)
    }
    fn plus(self, other: Self) -> Self {
        Self(self.0 * other.1 + other.0 * self.1, self.1 * other.1).reduced()
    }
    fn by(self, other: Self) -> Self {
        Self(self.0 * other.0, self.1 * other.1).reduced()
    }
    fn times(self, factor: i128) -> Self {
        Self(self.0 * factor, self.1).reduced()
    }
}

fn gcd(one: i128, other: i128) -> i128 {
    if other == 0 { one } else { gcd(other, one % other) }
}

#[cfg(test)]
mod tests {
    use super::coefficients;

    #[test]
    fn they_are_those_of_the_reference() {
        assert_eq!(coefficients(3), [264, -60, -98, -34, 37, 10]);
    }
}
