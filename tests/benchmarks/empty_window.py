"""The floor: an empty PySide6 window with a tree; says when it has painted."""

import sys

from PySide6 import QtWidgets


class Tree(QtWidgets.QTreeView):
    def paintEvent(self, event):
        super().paintEvent(event)
        painted()


def painted():
    sys.stdout.write("painted\n")
    sys.stdout.flush()
    QtWidgets.QApplication.quit()


app = QtWidgets.QApplication([])
window = QtWidgets.QMainWindow()
window.setCentralWidget(Tree())
window.resize(1280, 800)
window.show()
app.exec()
