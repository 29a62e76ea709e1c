//! Chemical formulas, in which a blank ends a subscript: "H.sub.2 SO.sub.4" is H2SO4.

const ELEMENTS: &str = " H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As \
    Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu \
    Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm D T R X M ";

/// Words that could be formulas.
const WORDS: [&str; 9] = ["I", "In", "As", "At", "He", "No", "Be", "If", "So"];

/// Whether what follows a subscript and one blank goes on with its formula.
pub(super) fn goes_on(text: &str) -> bool {
    let token = text.split_whitespace().next().unwrap_or_default();
    let token = token.trim_end_matches(['.', ',', ';', ':']);
    if WORDS.contains(&token) || !token.starts_with(|c: char| c.is_ascii_uppercase() || c == '(') {
        return false;
    }
    is_formula(&token.replace(".sub.", ""))
}

/// Symbols of elements, numbers and brackets alone.
fn is_formula(token: &str) -> bool {
    let mut rest = token;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            'A'..='Z' => symbol(rest),
            '0'..='9' | '(' | ')' | '[' | ']' | 'n' | 'm' | 'x' | 'y' => 1,
            _ => 0,
        };
        if length == 0 {
            return false;
        }
        rest = &rest[length..];
    }
    token.contains(|c: char| c.is_ascii_uppercase())
}

/// The length of the element's symbol at the start, 0 if there is none.
fn symbol(text: &str) -> usize {
    let is_known = |length: usize| {
        text.get(..length).is_some_and(|symbol| ELEMENTS.split(' ').any(|element| element == symbol))
    };
    [2, 1].into_iter().find(|&length| is_known(length)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_told_from_words() {
        for text in ["O", "O.", "SO.sub.4 and", "(CO.sub.3).sub.2", "CH.sub.3,", "Cl.sub.2"] {
            assert!(goes_on(text), "{text}");
        }
        for text in ["is", "In a", "The", "A", "and O", "FIG. 1", "", "(see", "20"] {
            assert!(!goes_on(text), "{text}");
        }
    }
}
