//! What lies on disk: patents, vectors and graph, keyword index, catalogue, and the commit
